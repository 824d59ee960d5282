#include "backend/simulate/script.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/change/operands.h"
#include "hashing/subnet_key.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

// More questions an hour than any network asks.
constexpr double kMostQuestions = 1e6;

absl::Status Wrong(size_t line, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrFormat("line %d: %s", line, what));
}

// Calls `use` with the words of each line that has any.
absl::Status ForEachLine(
    const Lines& lines,
    const std::function<absl::Status(size_t, std::vector<std::string>)>& use) {
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string text = lines[i].substr(0, lines[i].find('#'));
    std::vector<std::string> words =
        absl::StrSplit(text, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty()) continue;
    const absl::Status used = use(i + 1, std::move(words));
    if (!used.ok()) return used;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Networks(
    size_t line, const std::vector<std::string>& words, size_t first) {
  std::vector<std::string> networks;
  for (size_t i = first; i < words.size(); ++i) {
    if (!hashing::ParseClientSubnet(words[i]).has_value()) {
      return Wrong(line,
                   absl::StrFormat("\"%s\" is no network; expected one like "
                                   "203.0.113.0/24",
                                   Printable(words[i])));
    }
    networks.push_back(words[i]);
  }
  return networks;
}

}  // namespace

absl::StatusOr<std::vector<SimulatedResolver>> ParseResolvers(
    const Lines& lines) {
  std::vector<SimulatedResolver> resolvers;
  const absl::Status read = ForEachLine(
      lines,
      [&](size_t line, const std::vector<std::string>& words) -> absl::Status {
        if (words.size() < 3 || (words[1] != "ecs" && words[1] != "plain")) {
          return Wrong(line,
                       "expected NAME ecs|plain NETWORK [NETWORK…], like "
                       "isp-1 plain 192.0.2.0/24");
        }
        auto networks = Networks(line, words, 2);
        if (!networks.ok()) return networks.status();
        resolvers.push_back(
            {words[0], words[1] == "ecs", *std::move(networks)});
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return resolvers;
}

absl::StatusOr<std::vector<SimulatedClient>> ParseClients(const Lines& lines) {
  std::vector<SimulatedClient> clients;
  const absl::Status read = ForEachLine(
      lines,
      [&](size_t line, const std::vector<std::string>& words) -> absl::Status {
        constexpr const char* kExpected =
            "expected NAME RESOLVER QUESTIONS-AN-HOUR NETWORK [NETWORK…], like "
            "home-17 isp-1 4 203.0.113.0/24; RESOLVER - is none";
        if (words.size() < 4) return Wrong(line, kExpected);
        double rate = 0;
        const char* const end = words[2].data() + words[2].size();
        const auto [rest, error] = std::from_chars(words[2].data(), end, rate);
        if (error != std::errc() || rest != end || !std::isfinite(rate) ||
            rate <= 0 || rate > kMostQuestions) {
          return Wrong(line, absl::StrFormat(
                                 "\"%s\" is no number of questions an hour; %s",
                                 Printable(words[2]), kExpected));
        }
        auto networks = Networks(line, words, 3);
        if (!networks.ok()) return networks.status();
        clients.push_back({words[0], words[1], rate, *std::move(networks)});
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (clients.empty()) {
    return absl::InvalidArgumentError("there is no client");
  }
  return clients;
}

absl::StatusOr<std::vector<SimulatedEvent>> ParseEvents(const Lines& lines) {
  std::vector<SimulatedEvent> events;
  const absl::Status read = ForEachLine(
      lines, [&](size_t line, std::vector<std::string> words) -> absl::Status {
        SimulatedEvent event;
        event.line = line;
        if (words[0] != "0") {
          const auto second = ParseDuration(words[0], "time");
          if (!second.ok()) {
            return Wrong(line, std::string(second.status().message()));
          }
          event.second = *second;
        }
        if (words.size() < 2) {
          return Wrong(line,
                       "expected a time and what happens, like 10m group "
                       "disable g1");
        }
        words.erase(words.begin());
        event.words = std::move(words);
        events.push_back(std::move(event));
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  std::stable_sort(events.begin(), events.end(),
                   [](const SimulatedEvent& a, const SimulatedEvent& b) {
                     return a.second < b.second;
                   });
  return events;
}

}  // namespace groupring::backend
