#include "backend/report/load_words.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "backend/change/operands.h"
#include "backend/report/group_words.h"

namespace groupring::backend {
namespace {

// "2h": the largest unit that it has.
std::string AgeText(int64_t seconds) {
  constexpr int64_t kUnits[] = {86400, 3600, 60, 1};
  for (const int64_t unit : kUnits) {
    if (seconds >= unit) return DurationText(seconds / unit * unit);
  }
  return "0s";
}

}  // namespace

std::string LoadWords(const redis::GroupLoad& load, int64_t unix_millis) {
  std::string words = absl::StrFormat("%d", load.sessions);
  if (load.capacity != 0) {
    words += absl::StrFormat("/%d %s", load.capacity, Percent(load.used()));
  }
  if (load.at == 0) return words + ", age unknown";
  if (const int64_t ahead = load.at - unix_millis / 1000;
      ahead > redis::kLoadOldSeconds) {
    return words + ", from " + AgeText(ahead) + " ahead of now";
  }
  if (!IsOld(load, unix_millis)) return words;
  return words + ", " + AgeText(unix_millis / 1000 - load.at) + " old";
}

nlohmann::ordered_json LoadJson(const redis::GroupLoad& load,
                                int64_t unix_millis) {
  nlohmann::ordered_json json = {{"sessions", load.sessions}};
  if (load.capacity != 0) {
    json["capacity"] = load.capacity;
    json["used"] = load.used();
  }
  if (load.at != 0) json["at"] = load.at;
  json["old"] = IsOld(load, unix_millis);
  return json;
}

}  // namespace groupring::backend
