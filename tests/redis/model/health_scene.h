// Groups, checkers and what these say, for tests of what is concluded.
#ifndef GROUPRING_TESTS_REDIS_MODEL_HEALTH_SCENE_H_
#define GROUPRING_TESTS_REDIS_MODEL_HEALTH_SCENE_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "redis/model/health.h"

namespace groupring::redis {

inline constexpr int64_t kNow = 1'800'000'000'000;

inline AddressVerdict Said(Verdict verdict, int64_t since = 1000,
                           bool was_down = false) {
  AddressVerdict said;
  said.verdict = verdict;
  said.reason =
      verdict == Verdict::kDown ? VerdictReason::kRefused : VerdictReason::kOk;
  said.since_unix_millis = since;
  said.was_down = was_down;
  return said;
}
inline AddressVerdict Down(int64_t since = 1000) {
  return Said(Verdict::kDown, since);
}
inline AddressVerdict Back(int64_t since) {
  return Said(Verdict::kUp, since, true);
}

// Groups with IPv4 addresses, on one name, and what checkers say of them.
class Scene {
 public:
  Scene() { check.probes = {ProbeSpec{ProbeKind::kTcp, 21, ""}}; }

  void Group(const std::string& group, std::vector<std::string> addresses,
             uint32_t weight = 100) {
    addresses_[group] = std::move(addresses);
    weights_[group] = weight;
  }
  // Valid until the next one is added.
  CheckerStatus* Checker(const std::string& id, int64_t age_millis = 0,
                         bool doubts = false) {
    CheckerStatus& checker = data_.checkers.emplace_back();
    checker.id = id;
    checker.seen_unix_millis = kNow - age_millis;
    checker.doubts_itself = doubts;
    return &checker;
  }
  void Say(const std::string& checker, const std::string& group,
           const std::string& address, AddressVerdict said) {
    said.address = address;
    said_[group][checker].push_back(std::move(said));
  }
  // Another name on the same groups.
  void AddName(const std::string& name, std::optional<uint32_t> panic) {
    names_[name] = panic;
  }
  void Disable(const std::string& group) { disabled_.push_back(group); }

  HealthConclusions At(int64_t now = kNow) {
    dataset_ = {};
    auto name = std::make_shared<NameData>();
    name->name = "ftp.example.org";
    auto list = std::make_shared<GroupList>();
    data_.groups.clear();
    data_.defaults = defaults;
    for (const auto& [group, addresses] : addresses_) {
      auto data = std::make_shared<GroupData>();
      data->name = group;
      std::vector<AddressRange> members;
      for (const std::string& address : addresses) {
        members.push_back(*ParseMember(Family::kA, address));
      }
      data->addresses[0] =
          std::make_shared<AddressSet>(group + ":A", Family::kA, members);
      data->addresses[1] = std::make_shared<AddressSet>(
          group + ":AAAA", Family::kAaaa, std::vector<AddressRange>());
      if (std::count(disabled_.begin(), disabled_.end(), group) > 0) {
        data->state.state = AdminState::kDisabled;
      }
      dataset_.groups[group] = data;
      list->push_back({group, weights_[group]});
      auto verdicts = std::make_shared<GroupVerdicts>();
      verdicts->check = std::make_shared<CheckSettings>(check);
      for (auto& [checker, said] : said_[group]) {
        std::sort(said.begin(), said.end(), [](const auto& a, const auto& b) {
          return a.address < b.address;
        });
        verdicts->by_checker.emplace_back(checker,
                                          std::make_shared<Verdicts>(said));
      }
      data_.groups[group] = verdicts;
    }
    name->groups = list;
    dataset_.names.Set(name);
    for (const auto& [other, panic] : names_) {
      auto copy = std::make_shared<NameData>(*name);
      copy->config.panic_percent = panic;
      copy->name = other;
      dataset_.names.Set(copy);
    }
    return Conclude(dataset_, data_, now, {});
  }
  // Of any name.
  bool Panics(const HealthConclusions& conclusions) const {
    return !conclusions.panic.empty();
  }
  bool PanicsFor(const std::string& name,
                 const HealthConclusions& conclusions) const {
    return conclusions.panic.contains(PanicScopeOf(*dataset_.names.at(name)));
  }

  // Of the last At.
  const Dataset& dataset() const { return dataset_; }
  const HealthData& data() const { return data_; }

  CheckSettings check;
  CheckSettings defaults;

 private:
  std::map<std::string, std::vector<std::string>> addresses_;
  std::map<std::string, uint32_t> weights_;
  std::map<std::string, std::map<std::string, std::vector<AddressVerdict>>>
      said_;
  std::vector<std::string> disabled_;
  std::map<std::string, std::optional<uint32_t>> names_;
  HealthData data_;
  Dataset dataset_;
};

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_MODEL_HEALTH_SCENE_H_
