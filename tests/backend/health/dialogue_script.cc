#include "tests/backend/health/dialogue_script.h"

#include <algorithm>
#include <stdexcept>

#include "redis/schema/enum_names.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Kind = DialogueAction::Kind;

void TakeActions(Dialogue* dialogue, Played* played) {
  for (const DialogueAction& action : dialogue->TakeActions()) {
    switch (action.kind) {
      case Kind::kSend:
        played->actions.push_back(
            action.bytes.ends_with("\r\n")
                ? action.bytes.substr(0, action.bytes.size() - 2)
                : action.bytes + " (without a line end)");
        break;
      case Kind::kStartTls:
        played->actions.push_back("*tls");
        break;
      case Kind::kConnectData:
        played->actions.push_back("*data " + std::to_string(action.port));
        played->data_addresses.push_back(action.address);
        break;
      case Kind::kClose:
        played->actions.push_back("*close");
        break;
    }
  }
}

void Step(const std::string& entry, size_t piece, const TlsFacts& facts,
          Dialogue* dialogue, Played* played) {
  if (entry == "*secured") {
    dialogue->Secured(facts, kProbeTime);
  } else if (entry == "*tls-failed") {
    dialogue->TlsFailed("alert handshake failure");
  } else if (entry == "*end") {
    dialogue->End("");
  } else if (entry == "*reset") {
    dialogue->End("Connection reset by peer");
  } else if (entry == "*expire") {
    dialogue->Expire();
  } else if (entry == "*data") {
    dialogue->DataConnected(absl::OkStatus());
  } else if (entry == "*no-data") {
    dialogue->DataConnected(absl::UnavailableError("Connection refused"));
  } else {
    for (size_t at = 0; at < entry.size();
         at += std::min(piece, entry.size())) {
      dialogue->Receive(std::string_view(entry).substr(at, piece));
      TakeActions(dialogue, played);
    }
  }
  TakeActions(dialogue, played);
}

}  // namespace

Played Play(const ProbeRequest& request, const std::vector<std::string>& script,
            size_t piece, const TlsFacts& facts) {
  Played played;
  const auto dialogue =
      MakeDialogue(request, [&played](TraceKind kind, std::string_view line) {
        std::string mark = "* ";
        if (kind == TraceKind::kSent) mark = "> ";
        if (kind == TraceKind::kReceived) mark = "< ";
        played.trace.push_back(mark + std::string(line));
      });
  dialogue->Start();
  TakeActions(dialogue.get(), &played);
  for (const std::string& entry : script) {
    Step(entry, piece, facts, dialogue.get(), &played);
  }
  played.has_result = dialogue->has_result();
  if (!played.has_result) return played;
  played.reason = dialogue->result().reason;
  played.text = dialogue->result().text;
  played.warnings = dialogue->result().warnings;
  return played;
}

ProbeRequest RequestFor(redis::ProbeKind kind, std::string_view address) {
  ProbeRequest request;
  request.family = address.find(':') == address.npos ? redis::Family::kA
                                                     : redis::Family::kAaaa;
  const auto parsed = redis::ParseMember(request.family, address);
  if (!parsed) throw std::runtime_error("no address");
  request.address = parsed->first;
  request.probe = {kind, redis::DefaultPort(kind),
                   redis::IsHttp(kind) ? "/" : ""};
  return request;
}

TlsFacts SoundFacts() {
  TlsFacts facts;
  facts.version = "TLSv1.3";
  facts.cipher = "TLS_AES_256_GCM_SHA384";
  facts.certificate.subject = "CN=ftp.example.org";
  facts.certificate.issuer = "CN=Authority";
  facts.certificate.not_before = kProbeTime - 1000;
  facts.certificate.not_after = kProbeTime + int64_t{90} * 24 * 3600;
  return facts;
}

void CheckCases(const ProbeRequest& request,
                const std::vector<ScriptCase>& cases) {
  for (const ScriptCase& one : cases) {
    for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{5}}) {
      INFO(one.what << ", in pieces of " << piece);
      const Played played = Play(request, one.script, piece, SoundFacts());
      CHECK(played.actions == one.actions);
      CHECK(played.has_result);
      CHECK(redis::ToText(played.reason) == redis::ToText(one.reason));
      CHECK(played.text == one.text);
    }
  }
}

}  // namespace groupring::backend
