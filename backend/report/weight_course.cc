#include "backend/report/weight_course.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/report/group_words.h"
#include "redis/base/words.h"
#include "redis/model/availability.h"

namespace groupring::backend {
namespace {

// A list of groups may be long.
constexpr size_t kShownGroups = 6;

double ProgressOf(const redis::WeightCourse& course, int64_t unix_millis) {
  return static_cast<double>(redis::CourseProgress(course, unix_millis)) /
         static_cast<double>(redis::kWholeShare);
}

bool Changes(const redis::WeightedGroup& group) {
  return group.weight != 0 && group.weight_before != 0 &&
         group.weight_before != group.weight;
}

bool IsRunning(const RingView& view, int64_t unix_millis) {
  return view.earlier != nullptr &&
         redis::CourseProgress(view.course, unix_millis) < redis::kWholeShare;
}

}  // namespace

std::optional<RunningCourse> CourseOf(
    const RingView& view, const std::string& name,
    const std::shared_ptr<const redis::GroupList>& groups,
    int64_t unix_millis) {
  if (!IsRunning(view, unix_millis)) return std::nullopt;
  return RunningCourse{name, 1, ProgressOf(view.course, unix_millis),
                       view.course.end(), groups};
}

std::vector<RunningCourse> RunningCourses(const Snapshot& snapshot,
                                          int64_t unix_millis) {
  // Nearly always there is none, and names need not be looked at.
  if (std::none_of(
          snapshot.rings.begin(), snapshot.rings.end(),
          [&](const auto& view) { return IsRunning(*view, unix_millis); })) {
    return {};
  }
  std::map<const redis::GroupList*, RunningCourse> by_list;
  for (const auto& [name, owner] : *snapshot.owners) {
    if (owner->dynamic == nullptr) continue;
    const RingView* const view = snapshot.RingOf(*owner->dynamic);
    if (view == nullptr) continue;
    const auto& groups = owner->data->groups;
    auto course = CourseOf(*view, name.str(), groups, unix_millis);
    if (!course) continue;
    const auto [known, is_new] =
        by_list.try_emplace(groups.get(), *std::move(course));
    if (is_new) continue;
    ++known->second.names;
    known->second.name = std::min(known->second.name, name.str());
  }
  std::vector<RunningCourse> courses;
  courses.reserve(by_list.size());
  for (auto& [list, course] : by_list) courses.push_back(std::move(course));
  std::sort(courses.begin(), courses.end(),
            [](const RunningCourse& a, const RunningCourse& b) {
              return a.name < b.name;
            });
  return courses;
}

std::string CourseProgressWords(double progress, int64_t end_unix_seconds) {
  return absl::StrFormat("%s of the clients go by the new weights, all at %s",
                         Percent(progress), UtcTime(end_unix_seconds));
}

std::string CourseUndo(const std::string& name,
                       const redis::GroupList& groups) {
  std::vector<std::string> weights;
  for (const redis::WeightedGroup& group : groups) {
    if (!Changes(group)) continue;
    weights.push_back(
        absl::StrFormat("%s=%d", group.name, group.weight_before));
  }
  return absl::StrFormat("groupring balance %s --weights %s --apply", name,
                         absl::StrJoin(weights, ","));
}

std::string CourseNames(const RunningCourse& course) {
  if (course.names == 1) return course.name;
  return course.name + " and " +
         Counted(static_cast<int64_t>(course.names) - 1, "more name");
}

std::string CourseWords(const RunningCourse& course) {
  std::vector<std::string> changes;
  size_t more = 0;
  for (const redis::WeightedGroup& group : *course.groups) {
    if (!Changes(group)) continue;
    if (changes.size() == kShownGroups) {
      ++more;
      continue;
    }
    changes.push_back(absl::StrFormat("%s %d to %d", group.name,
                                      group.weight_before, group.weight));
  }
  return absl::StrFormat("%s: %s%s; %s; to undo: %s", CourseNames(course),
                         absl::StrJoin(changes, ", "),
                         more == 0 ? "" : absl::StrFormat(" and %d more", more),
                         CourseProgressWords(course.progress, course.end),
                         CourseUndo(course.name, *course.groups));
}

nlohmann::ordered_json CoursesJson(const std::vector<RunningCourse>& courses) {
  using nlohmann::ordered_json;
  ordered_json array = ordered_json::array();
  for (const RunningCourse& course : courses) {
    ordered_json groups = ordered_json::array();
    for (const redis::WeightedGroup& group : *course.groups) {
      if (!Changes(group)) continue;
      groups.push_back({{"group", group.name},
                        {"weight_before", group.weight_before},
                        {"weight", group.weight}});
    }
    array.push_back({{"name", course.name},
                     {"names", course.names},
                     {"progress", course.progress},
                     {"until", course.end},
                     {"groups", std::move(groups)}});
  }
  return array;
}

}  // namespace groupring::backend
