// What the doctor hears from outside: DNS answers, and PowerDNS' settings.
#include <arpa/inet.h>

#include <cstdint>
#include <string>

#include "backend/doctor/dns_message.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/report/diagnostic_text.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

void CheckAnswer(std::string_view message) {
  if (message.size() < 2) return;
  const auto high = static_cast<uint8_t>(message[0]);
  const auto low = static_cast<uint8_t>(message[1]);
  const auto id = static_cast<uint16_t>(high << 8 | low);
  Check(!backend::DecodeAnswer(static_cast<uint16_t>(id ^ 1), message),
        "another query's answer is none");
  const auto answer = backend::DecodeAnswer(id, message);
  if (!answer) return;
  Check(answer->rcode >= 0 && answer->rcode <= 15, "an rcode has four bits");
  Check(answer->addresses.size() * 15 <= message.size(),
        "no more records than there is room for");
  for (const std::string& address : answer->addresses) {
    in6_addr bytes;
    Check(inet_pton(AF_INET, address.c_str(), &bytes) == 1 ||
              inet_pton(AF_INET6, address.c_str(), &bytes) == 1,
          "an address is an address");
  }
  if (answer->ecs_scope) {
    Check(*answer->ecs_scope >= 0 && *answer->ecs_scope <= 255,
          "a scope is one byte");
  }
  CheckLogLine(backend::RcodeName(answer->rcode));
}

}  // namespace

void FuzzDoctor(std::string_view bytes) {
  CheckAnswer(bytes);
  const backend::PdnsSettings settings = backend::ParsePdnsSettings(bytes);
  for (const auto& [name, value] : settings) {
    Check(name.find('\n') == std::string::npos &&
              value.find('\n') == std::string::npos,
          "a setting is of one line");
  }
  const Diagnostics findings =
      backend::CheckPdnsSettings(settings, "pdns.conf");
  Check(!findings.empty(), "the doctor always finds something to say");
  CheckTerminalText(backend::DiagnosticsText(findings));
  CheckJson(backend::DiagnosticsJson(findings));
}

}  // namespace groupring::fuzz
