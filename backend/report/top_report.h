// Those that ask most, as an operator sees them.
#ifndef GROUPRING_BACKEND_REPORT_TOP_REPORT_H_
#define GROUPRING_BACKEND_REPORT_TOP_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backend/report/colour.h"
#include "backend/resolver/who_asks.h"

namespace groupring::backend {

// "resolver", "subnet", "name", "group"; nothing for another word.
std::string_view ToText(TopBy by);
std::optional<TopBy> ParseTopBy(std::string_view text);

struct TopReport {
  TopBy by = TopBy::kResolver;
  Asked asked;
  std::vector<std::string> groups;  // by number
};

std::string TopText(const TopReport& report, Colours colours = Colours::kNone);
// For programs; ../api/README.md is its page.
std::string TopJson(const TopReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_TOP_REPORT_H_
