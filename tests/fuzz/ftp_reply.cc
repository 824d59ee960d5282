// What an FTP server says, whole and in pieces: replies, and what probes make
// of them.
//
// The first byte chooses the size of the pieces; the rest is what arrives.
#include "backend/health/ftp_reply.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "backend/health/dialogue.h"
#include "backend/health/server_words.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::Dialogue;
using backend::DialogueAction;
using backend::FtpReplyReader;

struct Read {
  std::vector<std::string> replies;
  std::string error;

  bool operator==(const Read&) const = default;
};

Read ReadReplies(std::string_view bytes, size_t piece) {
  FtpReplyReader reader;
  Read read;
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    reader.Feed(bytes.substr(at, piece));
    while (const auto reply = reader.Next()) {
      Check(reply->code >= 100 && reply->code < 660, "a code is one of FTP");
      Check(!reply->lines.empty(), "a reply has a line");
      Check(reply->Text().starts_with(std::to_string(reply->code)),
            "a text begins with the code");
      backend::RefusalOf(*reply);
      read.replies.push_back(reply->Text());
    }
  }
  read.error = reader.error();
  return read;
}

// Everything that the dialogue sends and what it comes to.
std::string Probe(std::string_view bytes, size_t piece, redis::ProbeKind kind) {
  backend::ProbeRequest request;
  request.probe = {kind, redis::DefaultPort(kind), ""};
  request.address = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1};
  request.login = backend::Credential{"user", "s3cret"};
  request.check.passive = redis::PassiveCheck::kConnect;
  const auto dialogue = backend::MakeDialogue(
      request, [](backend::TraceKind line_of, std::string_view line) {
        Check(line_of != backend::TraceKind::kSent ||
                  line.find("s3cret") == line.npos,
              "no password is shown");
      });
  std::string all;
  bool is_secured = false;
  bool is_closed = false;
  const auto act = [&] {
    for (bool more = true; more;) {
      more = false;
      for (const DialogueAction& action : dialogue->TakeActions()) {
        Check(!is_closed, "nothing is done after the end");
        switch (action.kind) {
          case DialogueAction::Kind::kSend:
            Check(action.bytes.ends_with("\r\n"), "a command is a line");
            Check(is_secured || !redis::UsesTls(kind) ||
                      (!action.bytes.starts_with("USER") &&
                       !action.bytes.starts_with("PASS")),
                  "no login goes in clear where TLS is wanted");
            all += action.bytes;
            break;
          case DialogueAction::Kind::kStartTls:
            is_secured = true;
            dialogue->Secured({}, 0);
            more = true;
            break;
          case DialogueAction::Kind::kConnectData:
            Check(action.port != 0, "a passive port is a port");
            dialogue->DataConnected(absl::OkStatus());
            more = true;
            break;
          case DialogueAction::Kind::kClose:
            is_closed = true;
            break;
        }
      }
    }
  };
  dialogue->Start();
  act();
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    dialogue->Receive(bytes.substr(at, piece));
    act();
  }
  dialogue->Expire();
  act();
  Check(is_closed, "a probe comes to an end");
  Check(dialogue->has_result(), "a probe comes to a verdict");
  CheckLogLine(dialogue->result().text);
  Check(dialogue->result().text.size() <=
            backend::kMaxProbeText + std::string_view("…").size(),
        "a verdict's text is short");
  return all + dialogue->result().text;
}

}  // namespace

void FuzzFtpReply(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t piece = size_t{1} + static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  Check(ReadReplies(bytes, bytes.size() + 1) == ReadReplies(bytes, piece),
        "pieces make no difference");
  Probe(bytes, piece, redis::ProbeKind::kFtps);
  Probe(bytes, piece, redis::ProbeKind::kFtpsImplicit);
  Probe(bytes, piece, redis::ProbeKind::kFtp);
}

}  // namespace groupring::fuzz
