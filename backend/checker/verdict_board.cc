#include "backend/checker/verdict_board.h"

#include "redis/schema/keys.h"

namespace groupring::backend {

const std::string* VerdictBoard::Find(const Texts& texts, const Place& place) {
  const auto group = texts.find(place.group);
  if (group == texts.end()) return nullptr;
  const auto verdict = group->second.find(place.address);
  return verdict == group->second.end() ? nullptr : &verdict->second;
}

void VerdictBoard::Put(const Place& place,
                       const std::optional<std::string>& verdict,
                       Texts* texts) {
  if (verdict) {
    (*texts)[place.group][place.address] = *verdict;
    return;
  }
  const auto group = texts->find(place.group);
  if (group == texts->end()) return;
  group->second.erase(place.address);
  if (group->second.empty()) texts->erase(group);
}

void VerdictBoard::Compare(const Place& place) {
  const std::string* const wanted = Find(wanted_, place);
  const std::string* const held = Find(held_, place);
  const bool same =
      wanted == nullptr || held == nullptr ? wanted == held : *wanted == *held;
  if (same) {
    different_.erase(place);
  } else {
    different_.insert(place);
  }
}

void VerdictBoard::Set(const std::string& group, const std::string& address,
                       const std::optional<std::string>& verdict) {
  const Place place{group, address};
  Put(place, verdict, &wanted_);
  Compare(place);
}

void VerdictBoard::Found(const std::string& group, GroupVerdictTexts verdicts) {
  std::set<std::string> addresses;
  for (const auto& [address, verdict] : verdicts) addresses.insert(address);
  for (const auto& [address, verdict] : held_[group]) addresses.insert(address);
  if (const auto wanted = wanted_.find(group); wanted != wanted_.end()) {
    for (const auto& [address, verdict] : wanted->second) {
      addresses.insert(address);
    }
  }
  held_[group] = std::move(verdicts);
  if (held_[group].empty()) held_.erase(group);
  for (const std::string& address : addresses) Compare({group, address});
}

std::set<std::string> VerdictBoard::Groups() const {
  std::set<std::string> groups;
  for (const auto& [group, verdicts] : wanted_) groups.insert(group);
  for (const auto& [group, verdicts] : held_) groups.insert(group);
  return groups;
}

std::vector<VerdictBoard::Change> VerdictBoard::Differences(
    size_t limit) const {
  std::vector<Change> changes;
  for (const Place& place : different_) {
    if (changes.size() >= limit) break;
    const std::string* const wanted = Find(wanted_, place);
    changes.push_back(
        {place.group, place.address,
         wanted == nullptr ? std::optional<std::string>() : *wanted});
  }
  return changes;
}

std::vector<redis::RedisCommand> VerdictBoard::CommandsOf(
    const std::vector<Change>& changes) const {
  // By group, those that set and those that delete.
  std::map<std::pair<std::string, bool>, redis::RedisCommand> commands;
  for (const Change& change : changes) {
    redis::RedisCommand& command =
        commands[{change.group, change.verdict.has_value()}];
    if (command.empty()) {
      command = {change.verdict ? "HSET" : "HDEL",
                 redis::VerdictsKey(checker_, change.group)};
    }
    command.push_back(change.address);
    if (change.verdict) command.push_back(*change.verdict);
  }
  std::vector<redis::RedisCommand> all;
  all.reserve(commands.size());
  for (auto& [of, command] : commands) all.push_back(std::move(command));
  return all;
}

void VerdictBoard::Wrote(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    const Place place{change.group, change.address};
    Put(place, change.verdict, &held_);
    Compare(place);
  }
}

}  // namespace groupring::backend
