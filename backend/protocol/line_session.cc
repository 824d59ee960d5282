#include "backend/protocol/line_session.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/protocol/remote_json.h"

namespace groupring::backend {
namespace {

std::string_view SkipBlanks(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\r");
  return first == line.npos ? std::string_view() : line.substr(first);
}

}  // namespace

// An answer that another thread makes.
class LineSession::LongReply final : public LongWork {
 public:
  LongReply(const Request& request, bool is_json, const PipeAbi& abi,
            LongAnswer answer)
      : LongWork(request.method == Method::kDirectBackendCmd
                     ? AnswerFor::kPeople
                     : AnswerFor::kPowerDns),
        request_(request),
        is_json_(is_json),
        abi_(abi),
        answer_(std::move(answer)) {}

  void Make() override {
    Reply reply;
    answer_(&reply);
    breaks = true;
    Write(reply);
    error = std::move(reply.error);
  }

  void Refuse() override {
    Reply reply;
    reply.error = std::string(kNoAnswerMemory);
    if (request_.method == Method::kDirectBackendCmd) {
      reply.kind = Reply::Kind::kText;
      reply.text = absl::StrFormat("%s\n", kNoAnswerMemory);
    } else {
      breaks = true;
    }
    Write(reply);
    error = std::move(reply.error);
  }

  size_t size() const override { return text.size(); }

  std::string text;
  std::string error;    // empty: it is none
  bool breaks = false;  // an error ends the session

 private:
  void Write(const Reply& reply) {
    if (is_json_) {
      AppendRemoteJson(reply, &text);
      text.push_back('\n');
    } else {
      abi_.AppendReply(request_, reply, &text);
    }
  }

  const Request request_;
  const bool is_json_;
  PipeAbi abi_;
  const LongAnswer answer_;
};

LineSession::LineSession(Protocol protocol, AfterFault after_fault,
                         Exchange* exchange)
    : LineSession(protocol, after_fault, SessionState(), exchange) {}

LineSession::LineSession(Protocol protocol, AfterFault after_fault,
                         SessionState state, Exchange* exchange)
    : StreamSession(std::move(state.unread), PeerStanding::kPowerDns),
      protocol_(protocol),
      after_fault_(after_fault),
      exchange_(exchange),
      pipe_abi_(state.pipe_abi_version) {}

size_t LineSession::Answer(std::string_view bytes, size_t soft_limit,
                           std::string* out) {
  const size_t out_limit = out->size() + soft_limit;
  size_t begin = 0;
  if (long_reply_ != nullptr) {
    const bool ends_call = EndLongReply(out);
    if (closed()) return bytes.size();
    begin = long_request_size_;
    if (ends_call) {
      has_more_ = begin < bytes.size();
      return begin;
    }
  }
  size_t end = bytes.find('\n', begin + searched_);
  searched_ = 0;
  for (; end != bytes.npos; end = bytes.find('\n', begin)) {
    if (out->size() >= out_limit) {
      has_more_ = true;
      return begin;
    }
    const size_t line_begin = begin;
    const std::string_view line = bytes.substr(begin, end - begin);
    begin = end + 1;
    if (skipping_) {
      skipping_ = false;
    } else if (line.size() > kMaxLineBytes) {
      AppendError(out);
      Fault(CloseCause::kTooLong,
            absl::StrFormat("line longer than %d bytes", kMaxLineBytes));
    } else {
      AnswerLine(line, out);
    }
    if (closed()) return bytes.size();
    if (waiting()) {
      long_request_size_ = begin - line_begin;
      return line_begin;
    }
  }
  const size_t unfinished = bytes.size() - begin;
  if (!skipping_ && unfinished > kMaxLineBytes) {
    AppendError(out);
    Fault(CloseCause::kTooLong,
          absl::StrFormat("line longer than %d bytes", kMaxLineBytes));
    skipping_ = true;
  }
  if (skipping_) return bytes.size();
  searched_ = unfinished;
  return begin;
}

void LineSession::AnswerLine(std::string_view line, std::string* out) {
  if (protocol_ == Protocol::kByFirstLine) {
    const std::string_view text = SkipBlanks(line);
    if (text.empty()) return;
    if (text.front() == '{') {
      protocol_ = Protocol::kRemoteJson;
    } else if (text.substr(0, 4) == "HELO") {
      protocol_ = Protocol::kPipeAbi;
    } else {
      AppendError(out);
      Fault(CloseCause::kNotReadable, "first line neither JSON nor HELO");
      return;
    }
  }
  if (protocol_ == Protocol::kRemoteJson) {
    AnswerRemoteJson(line, out);
  } else {
    AnswerPipeAbi(line, out);
  }
}

void LineSession::AnswerRemoteJson(std::string_view line, std::string* out) {
  if (SkipBlanks(line).empty()) return;
  if (absl::Status status = ParseRemoteJson(line, &exchange_->request);
      !status.ok()) {
    AppendError(out);
    Fault(CloseCause::kNotReadable, std::string(status.message()));
    return;
  }
  if (IsLong(exchange_->request.method) && AskBeside()) return;
  exchange_->Ask(Transport::kRemoteJson);
  AppendRemoteJson(exchange_->reply, out);
  out->push_back('\n');
  if (exchange_->reply.kind == Reply::Kind::kError) {
    Fault(CloseCause::kFailed, std::move(exchange_->reply.error));
  }
}

void LineSession::AnswerPipeAbi(std::string_view line, std::string* out) {
  switch (pipe_abi_.ReadLine(line, &exchange_->request, out)) {
    case PipeAbi::Outcome::kAsk:
      if (IsLong(exchange_->request.method) && AskBeside()) return;
      exchange_->Ask(Transport::kPipeAbi);
      pipe_abi_.AppendReply(exchange_->request, exchange_->reply, out);
      if (exchange_->reply.kind == Reply::Kind::kError) {
        SetFault(std::move(exchange_->reply.error));
      }
      return;
    case PipeAbi::Outcome::kAnswered:
      return;
    case PipeAbi::Outcome::kGarbage:
      Fault(CloseCause::kNotReadable, "line of no known kind");
      return;
  }
}

// false: the request is to be answered at once.
bool LineSession::AskBeside() {
  const bool is_json = protocol_ == Protocol::kRemoteJson;
  LongAnswer answer =
      exchange_->Defer(is_json ? Transport::kRemoteJson : Transport::kPipeAbi);
  if (answer == nullptr) return false;
  long_reply_ = std::make_shared<LongReply>(exchange_->request, is_json,
                                            pipe_abi_, std::move(answer));
  WaitFor(long_reply_);
  return true;
}

// As GiveLong.
bool LineSession::EndLongReply(std::string* out) {
  const std::shared_ptr<LongReply> made = std::exchange(long_reply_, nullptr);
  const bool ends_call = GiveLong(std::move(made->text), made.get(), out);
  if (made->error.empty()) return ends_call;
  if (protocol_ == Protocol::kRemoteJson && made->breaks) {
    Fault(CloseCause::kFailed, std::move(made->error));
  } else {
    SetFault(std::move(made->error));
  }
  return ends_call;
}

void LineSession::AppendError(std::string* out) const {
  out->append(protocol_ == Protocol::kRemoteJson ? "{\"result\":null}\n"
                                                 : "FAIL\n");
}

void LineSession::Fault(CloseCause cause, std::string reason) {
  if (after_fault_ == AfterFault::kGoOn) {
    SetFault(std::move(reason));
  } else {
    Close(cause, std::move(reason));
  }
}

}  // namespace groupring::backend
