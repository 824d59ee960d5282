#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "backend/report/group_words.h"
#include "backend/report/service_report.h"
#include "backend/report/table.h"
#include "backend/report/weight_course.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

// Whether nothing has changed but how far a ramp is within its tenth.
bool SameStage(const GroupReport& was, const GroupReport& group) {
  const auto tenth = [](const redis::Intent& intent) {
    return static_cast<int>(KeptRatio(intent) * 10);
  };
  const bool same_state = was.intent.IsWhole()
                              ? group.intent.IsWhole()
                              : !group.intent.IsWhole() &&
                                    was.intent.admin == group.intent.admin &&
                                    tenth(was.intent) == tenth(group.intent);
  return same_state && StateCircumstances(was.state, was.intent) ==
                           StateCircumstances(group.state, group.intent);
}

std::string WeightWords(const ServiceGroup& entry) {
  if (entry.group.least_weight == entry.group.most_weight) {
    return absl::StrFormat("%d", entry.group.least_weight);
  }
  return absl::StrFormat("%d-%d", entry.group.least_weight,
                         entry.group.most_weight);
}

void AddGroupNews(const ServiceReport& before, const ServiceReport& now,
                  std::vector<std::string>* news) {
  std::map<std::string, const ServiceGroup*> known;
  for (const ServiceGroup& entry : before.groups) {
    known[entry.group.group] = &entry;
  }
  for (const ServiceGroup& entry : now.groups) {
    const GroupReport& group = entry.group;
    const auto old = known.find(group.group);
    if (old == known.end()) {
      news->push_back(group.group +
                      " is new: " + StateSentence(group.state, group.intent));
      continue;
    }
    const ServiceGroup& was_entry = *old->second;
    const GroupReport& was = was_entry.group;
    if (!SameStage(was, group)) {
      news->push_back(group.group + " " + StateWords(was.intent) + " -> " +
                      StateSentence(group.state, group.intent));
    }
    if (WeightWords(was_entry) != WeightWords(entry)) {
      news->push_back(absl::StrFormat("%s weight %s -> %s", group.group,
                                      WeightWords(was_entry),
                                      WeightWords(entry)));
    }
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      if (was.addresses[f] == group.addresses[f] ||
          was.addresses[f]->MemberTexts() ==
              group.addresses[f]->MemberTexts()) {
        continue;
      }
      news->push_back(absl::StrFormat("%s %s addresses %d -> %d", group.group,
                                      f == 0 ? "A" : "AAAA",
                                      was.addresses[f]->members().size(),
                                      group.addresses[f]->members().size()));
    }
    if (group.name_count != was.name_count) {
      news->push_back(absl::StrFormat("%s is on %d names, was on %d",
                                      group.group, group.name_count,
                                      was.name_count));
    }
    known.erase(old);
  }
  for (const auto& [name, group] : known) {
    news->push_back(name + " is on no name any more");
  }
}

bool IsSame(const RunningCourse& a, const RunningCourse& b) {
  return a.name == b.name && a.end == b.end && *a.groups == *b.groups;
}

void AddCourseNews(const ServiceReport& before, const ServiceReport& now,
                   std::vector<std::string>* news) {
  const auto runs_in = [](const std::vector<RunningCourse>& courses,
                          const RunningCourse& one) {
    return std::any_of(
        courses.begin(), courses.end(),
        [&](const RunningCourse& other) { return IsSame(one, other); });
  };
  for (const RunningCourse& course : before.courses) {
    if (runs_in(now.courses, course)) continue;
    const bool is_whole = now.unix_millis / 1000 >= course.end;
    news->push_back(
        "weights of " + CourseNames(course) +
        (is_whole ? " have changed: all clients go by the new ones"
                  : " change no more over time, which was to go on until " +
                        UtcTime(course.end)));
  }
  for (const RunningCourse& course : now.courses) {
    if (runs_in(before.courses, course)) continue;
    news->push_back("weights begin to change: " + CourseWords(course));
  }
}

void AddNodeNews(const NodesReport& before, const NodesReport& now,
                 std::vector<std::string>* news) {
  // By instance: a node that was started again is another one.
  const auto key = [](const redis::NodeStatus& node) {
    return node.name + ":" + node.instance;
  };
  std::map<std::string, size_t> known;
  for (size_t i = 0; i < before.nodes.size(); ++i) {
    known[key(before.nodes[i])] = i;
  }
  const std::vector<std::string> labels_before = NodeLabels(before.nodes);
  const std::vector<std::string> labels = NodeLabels(now.nodes);
  for (size_t i = 0; i < now.nodes.size(); ++i) {
    const redis::NodeStatus& node = now.nodes[i];
    const std::string subject = "node " + labels[i];
    const auto old = known.find(key(node));
    const std::string progress = ProgressWords(node, now.generation);
    if (old == known.end()) {
      news->push_back(
          absl::StrCat(subject, node.is_up() ? " is up, " : " is ", progress));
      continue;
    }
    const redis::NodeStatus& was = before.nodes[old->second];
    if (ProgressWords(was, before.generation) != progress) {
      news->push_back(absl::StrCat(subject, " is ", progress));
    }
    const std::string trouble = NodeTrouble(node);
    if (NodeTrouble(was) != trouble) {
      news->push_back(absl::StrCat(subject, ": ",
                                   trouble.empty() ? "trouble over" : trouble));
    }
    known.erase(old);
  }
  for (const auto& [name, index] : known) {
    news->push_back("node " + labels_before[index] + " left the list");
  }
}

void AddProblemNews(const Diagnostics& before, const Diagnostics& now,
                    std::vector<std::string>* news) {
  const auto has = [](const Diagnostics& all, const Diagnostic& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const Diagnostic& problem : now) {
    if (!has(before, problem)) news->push_back("problem: " + ToText(problem));
  }
  for (const Diagnostic& problem : before) {
    if (!has(now, problem)) news->push_back("solved: " + ToText(problem));
  }
}

}  // namespace

std::vector<std::string> ServiceNews(const ServiceReport& before,
                                     const ServiceReport& now) {
  std::vector<std::string> news;
  AddCourseNews(before, now, &news);
  AddGroupNews(before, now, &news);
  AddNodeNews(before.nodes, now.nodes, &news);
  AddProblemNews(before.problems, now.problems, &news);
  for (std::string& sentence : news) sentence = Printable(sentence);
  return news;
}

}  // namespace groupring::backend
