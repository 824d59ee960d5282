#include "redis/store/change_queue.h"

#include <algorithm>
#include <utility>

namespace groupring::redis {
namespace {

using std::chrono::nanoseconds;

void Merge(const NameParts& more, NameParts* parts) {
  parts->head = parts->head || more.head;
  for (size_t f = 0; f < kFamilies; ++f) {
    parts->members[f] = parts->members[f] || more.members[f];
    parts->skip[f] = parts->skip[f] || more.skip[f];
  }
}

void Merge(const GroupParts& more, GroupParts* parts) {
  for (size_t f = 0; f < kFamilies; ++f) {
    parts->members[f] = parts->members[f] || more.members[f];
  }
  parts->state = parts->state || more.state;
  parts->disabled = parts->disabled || more.disabled;
}

int64_t CommandsFor(const NameParts& parts) {
  return 3 * parts.head + parts.members[0] + parts.members[1] + parts.skip[0] +
         parts.skip[1];
}

}  // namespace

void ChangeQueue::Add(const std::string& key, const Dataset& dataset) {
  KeySelection selection;
  AddChangedKey(key, dataset, &selection);
  if (selection.empty()) return;
  AddOthers(selection);
  for (const auto& [name, parts] : selection.names) {
    Name& entry = NameOf(name);
    Merge(parts, &entry.parts);
    // Where all writes are announced, one key can be many times.
    if (std::find(entry.announced.begin(), entry.announced.end(), key) ==
        entry.announced.end()) {
      entry.announced.push_back(key);
    }
  }
  if (selection.names.empty()) others_announced_.push_back(key);
}

void ChangeQueue::Add(const KeySelection& selection) {
  AddOthers(selection);
  for (const auto& [name, parts] : selection.names) {
    Merge(parts, &NameOf(name).parts);
  }
}

void ChangeQueue::AddFound(const std::string& name) {
  Name& entry = NameOf(name);
  entry.parts = NameParts::All();
  entry.found = true;
}

void ChangeQueue::AimFor(int64_t generation) {
  aim_ = generation;
  due_ = order_.size();
}

bool ChangeQueue::HoldsAnyOf(const KeySelection& selection) const {
  const auto waits = [](const auto& map) {
    return [&map](const auto& entry) { return map.contains(entry.first); };
  };
  return std::any_of(selection.names.begin(), selection.names.end(),
                     waits(names_)) ||
         std::any_of(selection.groups.begin(), selection.groups.end(),
                     waits(others_.groups)) ||
         (selection.affinity && others_.affinity);
}

ChangeQueue::TimePoint ChangeQueue::next_round() const {
  return others_.empty() && !aim_is_due() ? next_names_ : TimePoint();
}

ChangeRound ChangeQueue::Take(TimePoint now) {
  ChangeRound round;
  round.selection = std::exchange(others_, {});
  round.announced = std::exchange(others_announced_, {});
  if (now >= next_names_) {
    const size_t count = std::min(kNamesPerRound, order_.size());
    for (size_t i = 0; i < count; ++i) {
      const auto entry = names_.find(order_.front());
      round.selection.names[entry->first] = entry->second.parts;
      if (entry->second.found) round.found.push_back(entry->first);
      for (std::string& key : entry->second.announced) {
        round.announced.push_back(std::move(key));
      }
      names_.erase(entry);
      order_.pop_front();
    }
    due_ -= std::min(due_, count);
  }
  if (aim_is_due()) round.generation = std::exchange(aim_, std::nullopt);
  return round;
}

void ChangeQueue::RoundRead(const ChangeRound& round, TimePoint start,
                            TimePoint end) {
  int64_t commands = 0;
  for (const auto& [name, parts] : round.selection.names) {
    commands += CommandsFor(parts);
  }
  if (commands == 0) return;
  // As much rest as work, so that a slow Redis or machine has time for others.
  next_names_ = std::max<TimePoint>(
      end + (end - start), start + commands *
                                       nanoseconds(std::chrono::seconds(1)) /
                                       kCommandsPerSecond);
}

ChangeQueue::Name& ChangeQueue::NameOf(const std::string& name) {
  const auto [entry, is_new] = names_.try_emplace(name);
  if (is_new) order_.push_back(name);
  return entry->second;
}

void ChangeQueue::AddOthers(const KeySelection& selection) {
  for (const auto& [group, parts] : selection.groups) {
    Merge(parts, &others_.groups[group]);
  }
  others_.affinity = others_.affinity || selection.affinity;
}

}  // namespace groupring::redis
