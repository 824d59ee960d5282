#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/report/service_report.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

// The state, and of a ramp the tenth that it has come to.
std::string Stage(const GroupReport& group) {
  const std::string word = group.state.substr(0, group.state.find(' '));
  if (word != "DRAINING" && word != "FILLING") return group.state;
  return absl::StrFormat("%s %d", word, static_cast<int>(group.retained * 10));
}

std::string GroupWords(const GroupReport& group) {
  return group.circumstances.empty()
             ? group.state
             : group.state + " (" + group.circumstances + ")";
}

std::string WeightWords(const ServiceGroup& entry) {
  if (entry.least_weight == entry.most_weight) {
    return absl::StrFormat("%d", entry.least_weight);
  }
  return absl::StrFormat("%d-%d", entry.least_weight, entry.most_weight);
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
      news->push_back(group.group + " is new: " + GroupWords(group));
      continue;
    }
    const ServiceGroup& was_entry = *old->second;
    const GroupReport& was = was_entry.group;
    if (Stage(was) != Stage(group) ||
        was.circumstances != group.circumstances) {
      news->push_back(group.group + " " + was.state + " -> " +
                      GroupWords(group));
    }
    if (WeightWords(was_entry) != WeightWords(entry)) {
      news->push_back(absl::StrFormat("%s weight %s -> %s", group.group,
                                      WeightWords(was_entry),
                                      WeightWords(entry)));
    }
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      if (was.addresses[f] == group.addresses[f]) continue;
      news->push_back(absl::StrFormat(
          "%s %s addresses %d -> %d", group.group, f == 0 ? "A" : "AAAA",
          was.addresses[f].size(), group.addresses[f].size()));
    }
    if (entry.group.names.size() != was.names.size()) {
      news->push_back(absl::StrFormat("%s is on %d names, was on %d",
                                      group.group, group.names.size(),
                                      was.names.size()));
    }
    known.erase(old);
  }
  for (const auto& [name, group] : known) {
    news->push_back(name + " is on no name any more");
  }
}

void AddNodeNews(const NodesReport& before, const NodesReport& now,
                 std::vector<std::string>* news) {
  std::map<std::string, const redis::NodeStatus*> known;
  for (const redis::NodeStatus& node : before.nodes) known[node.name] = &node;
  for (const redis::NodeStatus& node : now.nodes) {
    const auto old = known.find(node.name);
    const std::string words = ProgressWords(node, now.generation);
    if (old == known.end()) {
      news->push_back("node " + node.name +
                      (node.silent ? " is " : " is alive, ") + words);
      continue;
    }
    if (ProgressWords(*old->second, before.generation) != words) {
      news->push_back("node " + node.name + " is " + words);
    }
    const std::string trouble = NodeTrouble(node);
    if (NodeTrouble(*old->second) != trouble) {
      news->push_back("node " + node.name + ": " +
                      (trouble.empty() ? "trouble over" : trouble));
    }
    known.erase(old);
  }
  for (const auto& [name, node] : known) {
    news->push_back("node " + name + " is heard of no more");
  }
}

void AddProblemNews(const std::vector<std::string>& before,
                    const std::vector<std::string>& now,
                    std::vector<std::string>* news) {
  const auto has = [](const std::vector<std::string>& all,
                      const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const std::string& problem : now) {
    if (!has(before, problem)) news->push_back("problem: " + problem);
  }
  for (const std::string& problem : before) {
    if (!has(now, problem)) news->push_back("solved: " + problem);
  }
}

}  // namespace

std::vector<std::string> ServiceNews(const ServiceReport& before,
                                     const ServiceReport& now) {
  std::vector<std::string> news;
  AddGroupNews(before, now, &news);
  AddNodeNews(before.nodes, now.nodes, &news);
  AddProblemNews(before.problems, now.problems, &news);
  for (std::string& sentence : news) sentence = Printable(sentence);
  return news;
}

}  // namespace groupring::backend
