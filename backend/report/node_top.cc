// Of top_report.h: what nodes tell of themselves in Redis.
#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/report/json_text.h"
#include "backend/report/top_report.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

using nlohmann::ordered_json;

// The numbers of groups in the order of their first use.
class GroupNumbers {
 public:
  explicit GroupNumbers(std::vector<std::string>* groups) : groups_(*groups) {}

  // "": none.
  uint32_t Of(const std::string& group) {
    if (group.empty()) return AskedQuery::kNoGroup;
    const auto [number, is_new] =
        numbers_.try_emplace(group, static_cast<uint32_t>(groups_.size()));
    if (is_new) groups_.push_back(group);
    return number->second;
  }

 private:
  std::vector<std::string>& groups_;
  std::map<std::string, uint32_t> numbers_;
};

std::string GroupName(const TopReport& report, uint32_t number) {
  return number < report.groups.size() ? report.groups[number] : "";
}

Asker ReadAsker(const ordered_json& json, TopBy by, GroupNumbers* groups) {
  Asker asker;
  asker.key = json.at(std::string(ToText(by))).get<std::string>();
  asker.queries = json.at("questions").get<uint64_t>();
  asker.error = json.at("error").get<uint64_t>();
  asker.ecs_ratio = json.at("ecs_ratio").get<double>();
  asker.group = groups->Of(by == TopBy::kGroup
                               ? asker.key
                               : json.at("last_group").get<std::string>());
  if (by == TopBy::kSubnet) {
    asker.label = json.at("label").get<std::string>();
    asker.entry = json.at("affinity_entry").get<std::string>();
  }
  if (by == TopBy::kResolver && json.at("networks").is_number()) {
    asker.networks = json["networks"].get<double>();
  }
  return asker;
}

TopReport ReadReport(const ordered_json& json) {
  TopReport report;
  const auto by = ParseTopBy(json.at("by").get<std::string>());
  report.by = by.value_or(TopBy::kResolver);
  Asked& asked = report.asked;
  asked.span = std::chrono::seconds(json.at("seconds").get<int64_t>());
  asked.queries = json.at("questions").get<uint64_t>();
  asked.samples = json.at("samples").get<uint64_t>();
  asked.by_ecs = static_cast<uint64_t>(json.at("ecs_ratio").get<double>() *
                                       static_cast<double>(asked.queries));
  GroupNumbers groups(&report.groups);
  for (const ordered_json& each : json.at("top")) {
    asked.askers.push_back(ReadAsker(each, report.by, &groups));
  }
  return report;
}

// `group` is the number of its group in the sum.
void AddAsker(const Asker& asker, uint32_t group, Asker* sum) {
  const auto queries = static_cast<double>(asker.queries);
  const auto before = static_cast<double>(sum->queries);
  if (queries + before > 0) {
    sum->ecs_ratio = (sum->ecs_ratio * before + asker.ecs_ratio * queries) /
                     (queries + before);
  }
  sum->queries += asker.queries;
  sum->error += asker.error;
  sum->networks = std::max(sum->networks, asker.networks);
  sum->group = group;
  if (!asker.label.empty()) {
    sum->label = asker.label;
    sum->entry = asker.entry;
  }
}

TopReport Shown(const NodeTop& top, TopBy by, size_t limit) {
  TopReport report = MergeTops(by, top.processes);
  std::vector<Asker>& askers = report.asked.askers;
  askers.resize(std::min(askers.size(), limit));
  return report;
}

int64_t SecondsSince(const NodeTop& top, int64_t unix_millis) {
  return std::max<int64_t>(unix_millis - top.told_unix_millis, 0) / 1000;
}

}  // namespace

absl::StatusOr<TopReport> ParseTop(const std::string& json) {
  try {
    return ReadReport(ordered_json::parse(json));
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "is no report of who asks (%s)", Printable(error.what())));
  }
}

TopReport MergeTops(TopBy by, const std::vector<TopReport>& reports) {
  TopReport sum;
  sum.by = by;
  GroupNumbers groups(&sum.groups);
  std::map<std::string, Asker> askers;
  for (const TopReport& report : reports) {
    sum.asked.queries += report.asked.queries;
    sum.asked.by_ecs += report.asked.by_ecs;
    sum.asked.samples += report.asked.samples;
    sum.asked.span = std::max(sum.asked.span, report.asked.span);
    for (const Asker& asker : report.asked.askers) {
      const std::string group = GroupName(report, asker.group);
      const std::string& key = by == TopBy::kGroup ? group : asker.key;
      Asker& of_key = askers[key];
      of_key.key = key;
      AddAsker(asker, groups.Of(group), &of_key);
    }
  }
  for (auto& [key, asker] : askers) {
    sum.asked.askers.push_back(std::move(asker));
  }
  std::stable_sort(
      sum.asked.askers.begin(), sum.asked.askers.end(),
      [](const Asker& a, const Asker& b) { return a.queries > b.queries; });
  return sum;
}

std::string NodeTopText(const NodeTop& top, TopBy by, size_t limit,
                        int64_t unix_millis, Colours colours) {
  const std::string node = Printable(top.node);
  if (top.processes.empty()) {
    return absl::StrFormat(
        "%s has told nothing in the last ten minutes: nobody has asked it, or "
        "it may not write to groupring:traffic:* in Redis, or is of an older "
        "version\n",
        node);
  }
  const size_t processes = top.processes.size();
  return absl::StrFormat("%s (%d process%s), as told %s ago\n", node, processes,
                         processes == 1 ? "" : "es",
                         Counted(SecondsSince(top, unix_millis), "second")) +
         TopText(Shown(top, by, limit), colours);
}

std::string NodeTopJson(const NodeTop& top, TopBy by, size_t limit,
                        int64_t unix_millis) {
  ordered_json json =
      ordered_json::parse(TopJson(Shown(top, by, limit)), nullptr, false);
  json["node"] = top.node;
  json["processes"] = top.processes.size();
  json["told_seconds_ago"] = top.processes.empty()
                                 ? ordered_json(nullptr)
                                 : ordered_json(SecondsSince(top, unix_millis));
  return JsonText(json);
}

}  // namespace groupring::backend
