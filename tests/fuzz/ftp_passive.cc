// The texts of 227 and 229.
#include "backend/health/ftp_passive.h"

#include <string>

#include "absl/strings/str_format.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {

void FuzzFtpPassive(std::string_view bytes) {
  if (const auto passive = backend::ParsePasv(bytes)) {
    Check(passive->port != 0, "a passive port is a port");
    const auto& address = passive->address;
    const std::string written = absl::StrFormat(
        "(%d,%d,%d,%d,%d,%d)", address[12], address[13], address[14],
        address[15], passive->port / 256, passive->port % 256);
    Check(backend::ParsePasv(written) == passive,
          "what is written as RFC 959 has it is read back");
  }
  if (const auto port = backend::ParseEpsv(bytes)) {
    Check(*port != 0, "a passive port is a port");
    Check(backend::ParseEpsv(absl::StrFormat("(|||%d|)", *port)) == port,
          "what is written as RFC 2428 has it is read back");
  }
}

}  // namespace groupring::fuzz
