// Lists and logs that name clients.
#include "backend/clients/client_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

#include "hashing/subnet_key.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::ClientFormat;

constexpr ClientFormat kFormats[] = {
    ClientFormat::kList, ClientFormat::kPowerDns, ClientFormat::kXferlog,
    ClientFormat::kPureFtpd, ClientFormat::kHaproxy};

void CheckLine(std::string_view line) {
  for (const ClientFormat format : kFormats) {
    const auto parsed = backend::ParseClientLine(format, line);
    if (!parsed) continue;
    Check(hashing::ParseClientSubnet(parsed->client).has_value(),
          "what is named is an address or a prefix");
    Check(std::isfinite(parsed->weight) && parsed->weight >= 0,
          "a weight is a number");
  }
}

}  // namespace

void FuzzClientLines(std::string_view bytes) {
  backend::ClientCollector collector;
  size_t lines = 0;
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
    CheckLine(line);
    collector.Add(line);
    ++lines;
  }
  Check(collector.counted() + collector.passed_over() <= lines,
        "a line counts once");
  Check(collector.population().clients().size() <= collector.counted(),
        "a line names one client at most");
  Check(collector.Check().ok() == (collector.counted() > 0),
        "without a client it says so");
  CheckLogLine(std::string(collector.Check().message()));
  CheckLogLine(collector.first_passed_over());
  Check((collector.passed_over() > 0) == (collector.first_passed_over_at() > 0),
        "the first of what is passed over is known");
}

}  // namespace groupring::fuzz
