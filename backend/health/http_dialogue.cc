#include "backend/health/http_dialogue.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "redis/base/host_port.h"

namespace groupring::backend {
namespace {

using redis::VerdictReason;

// A server whose response is cut off logs that; of longer ones no more is read.
constexpr size_t kMaxBodySize = size_t{64} * 1024;

// The value of Host: the port is left out where the protocol implies it.
std::string HostOf(const ProbeRequest& request) {
  const AddressAndPort target = request.target();
  const std::string& name = request.check.tls_name;
  const std::string host = name.empty() ? AddressText(target) : name;
  if (target.port != redis::DefaultPort(request.probe.kind)) {
    return FormatHostPort(host, target.port);
  }
  return host.find(':') == host.npos ? host : absl::StrFormat("[%s]", host);
}

}  // namespace

void HttpDialogue::Begin() {
  Say(absl::StrFormat("GET %s HTTP/1.1", request().probe.path));
  Say(absl::StrFormat("Host: %s", HostOf(request())));
  Say("User-Agent: groupring");
  Say("Accept: */*");
  Say("Connection: close");
  Say("");
}

void HttpDialogue::Read(std::string_view bytes) {
  if (has_result()) {
    body_size_ += bytes.size();
    if (body_size_ > kMaxBodySize) Close();
    return;
  }
  reader_.Feed(bytes);
  if (!reader_.error().empty()) {
    const std::string_view said = reader_.Unfinished();
    Conclude(VerdictReason::kBadGreeting,
             absl::StrFormat("%s: %s", reader_.error(),
                             said.substr(0, said.find_first_of("\r\n"))));
    Close();
    return;
  }
  if (!reader_.status()) return;
  Note(TraceKind::kReceived, reader_.status()->line);
  const bool passes =
      std::any_of(request().check.status.begin(), request().check.status.end(),
                  [this](const redis::NumberRange& range) {
                    return range.Has(reader_.status()->code);
                  });
  Conclude(passes ? VerdictReason::kOk : VerdictReason::kHttpStatus,
           reader_.status()->line);
}

Dialogue::Missing HttpDialogue::Lacks() const {
  return {VerdictReason::kClosedUngreeted, VerdictReason::kGreetingTimeout,
          "response to GET"};
}

}  // namespace groupring::backend
