#include "backend/embedded/session.h"

#include <chrono>
#include <utility>

#include "backend/embedded/process_nodes.h"
#include "backend/protocol/presentation.h"

namespace groupring::backend {
namespace {

groupring_text Text(std::string_view text) {
  return {text.data(), text.size()};
}

// The types of nearly all answers (RFC 1035, RFC 3596).
uint16_t TypeCode(std::string_view type) {
  if (type == "A") return 1;
  if (type == "AAAA") return 28;
  if (type == "NS") return 2;
  if (type == "CNAME") return 5;
  if (type == "SOA") return 6;
  return 0;
}

}  // namespace

Session::Session(std::string settings_file)
    : settings_file_(std::move(settings_file)) {}

absl::StatusOr<std::unique_ptr<Session>> Session::Open(
    const std::string& settings_file) {
  std::unique_ptr<Session> session(new Session(settings_file));
  const absl::Status attached = session->Attach();
  if (!attached.ok()) return attached;
  return session;
}

bool Session::IsAttached() const {
  return handler_ != nullptr && generation_ == ProcessNodes::Generation();
}

absl::Status Session::Attach() {
  const unsigned generation = ProcessNodes::Generation();
  absl::StatusOr<Node*> node = ProcessNodes::Get(settings_file_);
  if (!node.ok()) return node.status();
  // After fork the parent's handler may be in any state; it is left alone.
  (void)handler_.release();
  node_ = *node;
  handler_ = node_->engine()->NewHandler();
  generation_ = generation;
  answers_clients_ = false;
  return absl::OkStatus();
}

int32_t Session::Fail(std::string_view why) noexcept {
  reply_.Clear();
  reply_.error.assign(why);
  records_.clear();
  domains_.clear();
  return GROUPRING_FAILED;
}

void Session::Ask() {
  reply_.Clear();
  records_.clear();
  domains_.clear();
  if (!IsAttached()) {
    const absl::Status attached = Attach();
    if (!attached.ok()) {
      reply_.error = std::string(attached.message());
      return;
    }
  }
  request_.transport = Transport::kEmbedded;
  handler_->Handle(request_, &reply_);
}

int32_t Session::TakeRecords() {
  if (reply_.kind == Reply::Kind::kError) return GROUPRING_FAILED;
  if (reply_.kind != Reply::Kind::kRecords) return 0;
  records_.reserve(reply_.records.size());
  for (const Record& record : reply_.records) {
    records_.push_back({Text(record.qname), Text(record.qtype),
                        Text(record.content), WireTtl(record.ttl_seconds),
                        TypeCode(record.qtype), record.scope_mask,
                        static_cast<uint8_t>(record.auth ? 0 : 1)});
  }
  return static_cast<int32_t>(records_.size());
}

int32_t Session::TakeDomains() {
  if (reply_.kind == Reply::Kind::kError) return GROUPRING_FAILED;
  domains_.reserve(reply_.domains.size());
  for (const Domain& domain : reply_.domains) {
    domains_.push_back({Text(domain.zone), static_cast<int32_t>(domain.id)});
  }
  return static_cast<int32_t>(domains_.size());
}

int32_t Session::Lookup(const Question& question) {
  // All that a lookup reads of a request; what other questions left stays.
  request_.method = Method::kLookup;
  request_.qtype = question.type;
  request_.qname = question.name;
  request_.remote = question.remote;
  request_.real_remote = question.client;
  request_.zone_id = question.domain_id;
  const bool is_timed = node_ != nullptr && sampler_.Next();
  const auto begin = is_timed ? node_->clock()->Steady()
                              : std::chrono::steady_clock::time_point();
  Ask();
  if (is_timed && handler_->traffic() != nullptr) {
    handler_->traffic()->latency[static_cast<size_t>(Transport::kEmbedded)].Add(
        node_->clock()->Steady() - begin);
  }
  if (!answers_clients_ && !question.remote.empty() && node_ != nullptr) {
    ProcessNodes::AnswersClients(node_);
    answers_clients_ = true;
  }
  return TakeRecords();
}

int32_t Session::List(std::string_view zone, int64_t domain_id) {
  request_.Clear();
  request_.method = Method::kList;
  request_.zone = zone;
  request_.zone_id = domain_id;
  Ask();
  if (reply_.kind == Reply::Kind::kFalse) return GROUPRING_NO_ZONE;
  return TakeRecords();
}

int32_t Session::AllDomains() {
  request_.Clear();
  request_.method = Method::kGetAllDomains;
  Ask();
  return TakeDomains();
}

int32_t Session::FindDomain(std::string_view zone) {
  request_.Clear();
  request_.method = Method::kGetDomainInfo;
  request_.zone = zone;
  Ask();
  return TakeDomains();
}

int32_t Session::FindNeighbours(int64_t domain_id, std::string_view name) {
  request_.Clear();
  request_.method = Method::kGetBeforeAndAfterNames;
  request_.zone_id = domain_id;
  request_.qname = name;
  Ask();
  if (reply_.kind == Reply::Kind::kError) return GROUPRING_FAILED;
  return reply_.kind == Reply::Kind::kNeighbours ? 1 : 0;
}

std::string_view Session::Command(std::string_view text) {
  request_.Clear();
  request_.method = Method::kDirectBackendCmd;
  request_.text = text;
  Ask();
  return reply_.kind == Reply::Kind::kText ? reply_.text : reply_.error;
}

}  // namespace groupring::backend
