#include "backend/health/probe_schedule.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Next = ProbeSchedule::Next;
using Time = ProbeSchedule::Time;

// Runs a schedule whose connections last as long as they are said to.
class Simulation {
 public:
  explicit Simulation(milliseconds spacing = seconds(1))
      : schedule_(&random_, spacing) {}

  ProbeSchedule& schedule() { return schedule_; }
  Time now() const { return now_; }
  void Lasts(milliseconds time) { lasts_ = time; }
  void Needs(int connections) { needs_ = connections; }
  const std::map<uint64_t, std::vector<Time>>& begun() const { return begun_; }
  milliseconds latest() const {
    return std::chrono::duration_cast<milliseconds>(latest_);
  }

  void Run(milliseconds time) {
    const Time end = now_ + time;
    while (now_ <= end) {
      Finish();
      ProbeSchedule::Duration late{};
      while (const auto task = schedule_.Take(now_, &late)) {
        latest_ = std::max(latest_, late);
        begun_[*task].push_back(now_);
        open_.emplace(now_ + lasts_, *task);
        Finish();
      }
      Time next = schedule_.NextDue();
      if (!open_.empty()) next = std::min(next, open_.begin()->first);
      REQUIRE(next > now_);
      now_ = std::min(next, end + milliseconds(1));
    }
  }

 private:
  void Finish() {
    while (!open_.empty() && open_.begin()->first <= now_) {
      const uint64_t task = open_.begin()->second;
      open_.erase(open_.begin());
      const bool more = begun_[task].size() % static_cast<size_t>(needs_) != 0;
      schedule_.Done(task, more ? Next::kMore : Next::kInterval, now_);
    }
  }

  Mt19937Random random_{5};
  ProbeSchedule schedule_;
  Time now_{std::chrono::hours(1)};
  milliseconds lasts_{20};
  int needs_ = 1;
  std::multimap<Time, uint64_t> open_;
  std::map<uint64_t, std::vector<Time>> begun_;
  ProbeSchedule::Duration latest_{};
};

TEST_CASE("schedule: each task within its interval, and not much sooner") {
  Simulation at;
  const Time start = at.now();
  for (uint64_t i = 0; i < 500; ++i) {
    at.schedule().Add(i, i, seconds(1 + i % 7), start);
  }
  at.Run(seconds(120));
  REQUIRE(at.begun().size() == 500);
  for (const auto& [task, times] : at.begun()) {
    const seconds interval(1 + task % 7);
    CHECK(times.front() < start + interval);
    for (size_t i = 1; i < times.size(); ++i) {
      const auto pause = times[i] - times[i - 1];
      // An interval of one second leaves no room below the spacing.
      REQUIRE(pause <= std::max<milliseconds>(interval, milliseconds(1000)));
      REQUIRE(pause >= interval * 9 / 10);
    }
  }
  CHECK(at.latest() == milliseconds(0));
}

TEST_CASE("schedule: the first round is spread over the interval") {
  Simulation at;
  const Time start = at.now();
  for (uint64_t i = 0; i < 1000; ++i) {
    at.schedule().Add(i, i, seconds(5), start);
  }
  at.Run(seconds(4));
  std::map<int64_t, int> per_second;
  for (const auto& [task, times] : at.begun()) {
    ++per_second[(times.front() - start) / seconds(1)];
  }
  for (int64_t second = 0; second < 4; ++second) {
    CHECK(per_second[second] > 150);
    CHECK(per_second[second] < 250);
  }
}

TEST_CASE("schedule: a host has one connection at a time, and one a second") {
  const milliseconds lasts =
      GENERATE(milliseconds(0), milliseconds(10), milliseconds(2500));
  Simulation at;
  at.Lasts(lasts);
  for (uint64_t i = 0; i < 30; ++i) {
    at.schedule().Add(i, i / 6, seconds(3), at.now());
  }
  at.Run(seconds(60));
  std::map<uint64_t, std::vector<Time>> by_host;
  for (const auto& [task, times] : at.begun()) {
    auto& all = by_host[task / 6];
    all.insert(all.end(), times.begin(), times.end());
  }
  for (auto& [host, times] : by_host) {
    std::sort(times.begin(), times.end());
    for (size_t i = 1; i < times.size(); ++i) {
      REQUIRE(times[i] - times[i - 1] >= std::max(lasts, milliseconds(1000)));
    }
    // Nor is it left idle: six tasks want more than there is.
    CHECK(
        times.size() >=
        static_cast<size_t>(seconds(57) / std::max(lasts, milliseconds(1000))));
  }
  // All tasks of a host get their turn.
  for (const auto& [task, times] : at.begun()) CHECK(times.size() >= 2);
}

TEST_CASE("schedule: waiting for the host is not being late") {
  Simulation at;
  for (uint64_t i = 0; i < 6; ++i) {
    at.schedule().Add(i, 0, seconds(2), at.now());
  }
  at.Run(seconds(30));
  CHECK(at.latest() == milliseconds(0));
}

TEST_CASE("schedule: a task that is taken after its time is late") {
  Mt19937Random random(1);
  ProbeSchedule schedule(&random, seconds(1));
  schedule.Add(1, 1, seconds(5), Time(seconds(100)));
  ProbeSchedule::Duration late{};
  const Time due = schedule.NextDue();
  CHECK_FALSE(schedule.Take(due - milliseconds(1), &late));
  REQUIRE(schedule.Take(due + milliseconds(700), &late));
  CHECK(late == milliseconds(700));
  // Nothing more until it is done.
  CHECK(schedule.NextDue() == Time::max());
}

TEST_CASE("schedule: more connections of a task are spaced like others") {
  Simulation at;
  at.Needs(3);
  at.schedule().Add(1, 1, seconds(10), at.now());
  at.Run(seconds(60));
  const std::vector<Time>& times = at.begun().at(1);
  REQUIRE(times.size() >= 15);
  for (size_t i = 0; i + 3 < times.size(); i += 3) {
    CHECK(times[i + 1] - times[i] == seconds(1));
    CHECK(times[i + 2] - times[i] == seconds(2));
    CHECK(times[i + 3] - times[i] >= seconds(9));
    CHECK(times[i + 3] - times[i] <= seconds(10));
  }
}

TEST_CASE("schedule: a task that is removed never begins again") {
  Simulation at;
  at.Lasts(milliseconds(1500));
  for (uint64_t i = 0; i < 20; ++i) {
    at.schedule().Add(i, i / 4, seconds(4), at.now());
  }
  at.Run(seconds(20));
  const auto before = at.begun();
  // Due, waiting and running ones alike.
  for (uint64_t i = 0; i < 20; i += 2) at.schedule().Remove(i);
  at.Run(seconds(20));
  for (const auto& [task, times] : at.begun()) {
    CHECK((times.size() == before.at(task).size()) == (task % 2 == 0));
  }
  for (uint64_t i = 1; i < 20; i += 2) at.schedule().Remove(i);
  at.Run(seconds(10));
  CHECK(at.schedule().size() == 0);
  CHECK(at.schedule().NextDue() == Time::max());
}

TEST_CASE("schedule: the spacing can change, also to none") {
  Simulation at;
  for (uint64_t i = 0; i < 10; ++i) {
    at.schedule().Add(i, 0, seconds(5), at.now());
  }
  at.Run(seconds(20));
  const size_t before = at.begun().at(0).size();
  CHECK(before <= 3);
  at.schedule().SetSpacing(milliseconds(100));
  at.Run(seconds(20));
  CHECK(at.begun().at(0).size() - before >= 4);
}

}  // namespace
}  // namespace groupring::backend
