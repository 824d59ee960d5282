#include "backend/simulate/simulation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/simulate/world.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr int64_t kHour = 3600;
constexpr int64_t kLongest = 31 * 24 * kHour;

// A group by its number; 0 is nobody.
using GroupNumber = uint32_t;

// What asks on behalf of a client.
struct Way {
  const SimulatedResolver* resolver = nullptr;  // null: the client itself
  size_t number = 0;                            // of the resolver
};

struct State {
  Way way;
  std::string kind;
  bool has_asked = false;
  bool asked_in_interval = false;
  GroupNumber last = 0;
  GroupNumber home = 0;             // at first
  GroupNumber before_interval = 0;  // the last one before it
  bool had_before = false;
};

struct NextQuestion {
  double second = 0;
  size_t client = 0;

  bool operator>(const NextQuestion& other) const {
    return second != other.second ? second > other.second
                                  : client > other.client;
  }
};

class Simulation {
 public:
  Simulation(const SimulationInput& input, Random* random)
      : input_(input), random_(random), world_(input.start, random) {}

  absl::StatusOr<SimulationResult> Run() {
    absl::Status status = ResolveWays();
    if (!status.ok()) return status;
    if (!input_.labels.empty()) status = world_.Label(input_.labels);
    if (!status.ok()) {
      return absl::InvalidArgumentError("labels, " +
                                        std::string(status.message()));
    }
    status = ApplyUntil(0);
    if (!status.ok()) return status;
    status = world_.Choose(input_.name);
    if (!status.ok()) return status;
    status = CheckSize();
    if (!status.ok()) return status;
    ChooseKinds();
    BeginInterval(0);
    std::priority_queue<NextQuestion, std::vector<NextQuestion>, std::greater<>>
        queue;
    for (size_t i = 0; i < states_.size(); ++i) queue.push({Gap(i), i});
    const auto end = static_cast<double>(result_.seconds);
    while (queue.top().second < end) {
      const NextQuestion next = queue.top();
      queue.pop();
      status = ApplyUntil(static_cast<int64_t>(next.second));
      if (!status.ok()) return status;
      AskFor(next.client, next.second);
      queue.push({next.second + Gap(next.client), next.client});
    }
    status = ApplyUntil(result_.seconds);
    if (!status.ok()) return status;
    EndInterval(result_.seconds);
    result_.name = world_.name();
    result_.ttl_seconds = world_.ttl_seconds();
    return std::move(result_);
  }

 private:
  static int64_t Millis(double second) {
    // Some time that lies after whatever the data says.
    constexpr int64_t kStart = 4'000'000'000'000;
    return kStart + static_cast<int64_t>(second * 1000);
  }

  double Uniform() {
    return (static_cast<double>(random_->Next() >> 11) + 0.5) /
           9007199254740992.0;
  }
  // Questions come as in a Poisson process.
  double Gap(size_t client) {
    const double per_second = input_.clients[client].questions_per_hour / kHour;
    return -std::log(Uniform()) / per_second;
  }

  absl::Status ResolveWays() {
    std::map<std::string, size_t> numbers;
    for (size_t i = 0; i < input_.resolvers.size(); ++i) {
      if (!numbers.emplace(input_.resolvers[i].name, i).second) {
        return absl::InvalidArgumentError("there are two resolvers called " +
                                          Printable(input_.resolvers[i].name));
      }
    }
    for (const SimulatedClient& client : input_.clients) {
      State state;
      if (client.resolver != "-") {
        const auto found = numbers.find(client.resolver);
        if (found == numbers.end()) {
          return absl::InvalidArgumentError(absl::StrFormat(
              "client %s asks the resolver %s, which is not among the "
              "resolvers (--resolvers)",
              Printable(client.name), Printable(client.resolver)));
        }
        state.way = {&input_.resolvers[found->second], found->second + 1};
      }
      states_.push_back(std::move(state));
    }
    return absl::OkStatus();
  }

  absl::Status CheckSize() {
    const int64_t last =
        input_.events.empty() ? 0 : input_.events.back().second;
    result_.seconds = input_.seconds != 0 ? input_.seconds : last + kHour;
    if (result_.seconds < last || result_.seconds > kLongest) {
      return absl::InvalidArgumentError(
          "a simulation lasts at least until its last event, and at most 31 "
          "days");
    }
    double per_hour = 0;
    for (const SimulatedClient& client : input_.clients) {
      per_hour += client.questions_per_hour;
    }
    const double all = per_hour * static_cast<double>(result_.seconds) / kHour;
    if (all > kMostSimulatedQuestions) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "that makes %.0f questions, more than %.0f: take fewer clients or a "
          "shorter time",
          all, kMostSimulatedQuestions));
    }
    result_.load.seconds_per_part =
        (result_.seconds + static_cast<int64_t>(kLoadParts) - 1) /
        static_cast<int64_t>(kLoadParts);
    return absl::OkStatus();
  }

  // What its questions leave from, as PowerDNS gives them.
  const std::vector<std::string>& SourcesOf(size_t client) const {
    const Way& way = states_[client].way;
    return way.resolver != nullptr && !way.resolver->sends_subnet
               ? way.resolver->networks
               : input_.clients[client].networks;
  }

  void ChooseKinds() {
    for (size_t i = 0; i < states_.size(); ++i) {
      State& state = states_[i];
      const SimulatedClient& client = input_.clients[i];
      if (state.way.resolver == nullptr) {
        state.kind = "asks itself";
      } else if (state.way.resolver->sends_subnet) {
        state.kind = "ECS";
      } else {
        state.kind = absl::StrFormat("no ECS, %d egress",
                                     state.way.resolver->networks.size());
      }
      const bool by_client = &SourcesOf(i) == &client.networks;
      if (by_client && client.networks.size() > 1) {
        state.kind += absl::StrFormat(", %d networks", client.networks.size());
      }
      const std::vector<std::string>& sources = SourcesOf(i);
      const bool labelled = std::all_of(
          sources.begin(), sources.end(), [&](const std::string& source) {
            return world_.IsLabelled(RemoteFor(state.way, source),
                                     SubnetFor(state.way, source));
          });
      if (labelled) state.kind += ", labelled";
      ++result_.clients[state.kind];
    }
  }

  // An address of the network.
  static std::string AddressIn(const std::string& network) {
    return network.substr(0, network.find('/'));
  }
  // Without ECS it is the address that asks.
  static std::string SubnetFor(const Way& way, const std::string& source) {
    const bool sends = way.resolver != nullptr && way.resolver->sends_subnet;
    return sends ? source : AddressIn(source);
  }
  static std::string RemoteFor(const Way& way, const std::string& source) {
    const bool sends = way.resolver != nullptr && way.resolver->sends_subnet;
    return AddressIn(sends ? way.resolver->networks.front() : source);
  }

  // Applies the events up to that second, in order.
  absl::Status ApplyUntil(int64_t second) {
    while (next_event_ < input_.events.size() &&
           input_.events[next_event_].second <= second) {
      const SimulatedEvent& event = input_.events[next_event_++];
      const absl::Status applied =
          world_.Apply(event.words, Millis(static_cast<double>(event.second)));
      if (!applied.ok()) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "events, line %d: %s", event.line, std::string(applied.message())));
      }
      if (event.second > 0) {
        if (result_.intervals.back().from != event.second) {
          EndInterval(event.second);
          BeginInterval(event.second);
        }
        result_.intervals.back().events.push_back(
            absl::StrJoin(event.words, " "));
      }
    }
    return absl::OkStatus();
  }

  void BeginInterval(int64_t second) {
    result_.intervals.emplace_back().from = second;
    for (State& state : states_) {
      state.asked_in_interval = false;
      state.had_before = state.has_asked;
      state.before_interval = state.last;
    }
  }

  void EndInterval(int64_t second) {
    SimulationResult::Interval& interval = result_.intervals.back();
    interval.to = second;
    for (const State& state : states_) {
      if (!state.asked_in_interval) continue;
      ++interval.asked;
      if (!state.had_before) continue;
      if (state.last != state.before_interval) ++interval.moved;
      if (state.last == state.home && state.before_interval != state.home) {
        ++interval.moved_back;
      }
    }
  }

  GroupNumber NumberOf(const std::string& group) {
    if (group.empty()) return 0;
    const auto [found, is_new] = numbers_.try_emplace(group, numbers_.size());
    if (is_new) names_.push_back(group);
    return static_cast<GroupNumber>(found->second + 1);
  }

  void AskFor(size_t client, double second) {
    State& state = states_[client];
    const std::vector<std::string>& sources = SourcesOf(client);
    const size_t choice = random_->Below(sources.size());
    const GroupNumber group = Resolve(state.way, sources[choice], second);
    Count(group, second, &state);
  }

  // A resolver keeps answers for each network that it leaves by, or that its
  // clients come from (ECS).
  GroupNumber Resolve(const Way& way, const std::string& source,
                      double second) {
    std::string cache_key;
    if (way.resolver != nullptr) {
      cache_key = absl::StrFormat("%d %s", way.number, source);
      const auto kept = cache_.find(cache_key);
      if (kept != cache_.end() && kept->second.first > second) {
        return kept->second.second;
      }
    }
    ++result_.asked_us;
    const GroupNumber group = NumberOf(world_.Ask(
        RemoteFor(way, source), SubnetFor(way, source), Millis(second)));
    if (!cache_key.empty()) {
      cache_[cache_key] = {second + world_.ttl_seconds(), group};
    }
    return group;
  }

  void Count(GroupNumber group, double second, State* state) {
    ++result_.questions;
    if (state->has_asked) {
      SimulationResult::Interval& interval = result_.intervals.back();
      for (Repeats* repeats :
           {&interval.repeats[state->kind], &result_.repeats[state->kind]}) {
        ++repeats->all;
        if (group == state->last) ++repeats->same_group;
      }
    } else {
      state->home = group;
    }
    state->has_asked = true;
    state->asked_in_interval = true;
    state->last = group;
    const std::string& name = group == 0 ? nobody_ : names_[group - 1];
    std::vector<uint64_t>& parts = result_.load.questions[name];
    parts.resize(kLoadParts);
    const auto part = static_cast<size_t>(static_cast<int64_t>(second) /
                                          result_.load.seconds_per_part);
    ++parts[std::min(part, kLoadParts - 1)];
  }

  const SimulationInput& input_;
  Random* const random_;
  SimulatedWorld world_;
  SimulationResult result_;
  std::vector<State> states_;
  size_t next_event_ = 0;
  absl::flat_hash_map<std::string, std::pair<double, GroupNumber>> cache_;
  std::map<std::string, size_t> numbers_;
  std::vector<std::string> names_;
  const std::string nobody_;
};

}  // namespace

absl::StatusOr<SimulationResult> Simulate(const SimulationInput& input,
                                          Random* random) {
  return Simulation(input, random).Run();
}

}  // namespace groupring::backend
