#include "tests/integration/caching_resolver.h"

#include <stdexcept>

#include "tests/integration/deployment.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using std::chrono::steady_clock;

constexpr size_t kFaultsKept = 10;

}  // namespace

CachingResolver::CachingResolver(uint16_t port, int clients, std::string group,
                                 const std::atomic<Servers>* servers)
    : group_(std::move(group)),
      servers_(servers),
      dns_(port, {.attempts = 1, .each = kPatience}) {
  for (int i = 0; i < clients; ++i) {
    for (const char* type : {"A", "AAAA"}) {
      clients_[{i % 2 == 0 ? Subnet4(i) : Subnet6(i), type}] = {};
    }
  }
  Lap();
  for (const auto& [client, known] : clients_) ++homes_[known.home];
  thread_ = std::thread([this] { Run(); });
}

CachingResolver::~CachingResolver() {
  stop_ = true;
  thread_.join();
}

Sightings CachingResolver::Seen() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return seen_;
}

bool CachingResolver::WaitForLap() const {
  const int64_t laps = Seen().laps;
  return WaitUntil([&] { return Seen().laps >= laps + 2; });
}

std::map<std::string, int> CachingResolver::ClientsPerHome() const {
  return homes_;
}

void CachingResolver::Run() {
  while (!stop_) Lap();
}

void CachingResolver::Lap() {
  int64_t away = 0;
  int64_t ever_away = 0;
  for (auto& [client, known] : clients_) {
    if (stop_) return;
    UseKept(client, known);
    Ask(client, &known);
    if (known.now != known.home) ++away;
    if (known.moves > 0) ++ever_away;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  ++seen_.laps;
  seen_.away_now = away;
  seen_.ever_away = ever_away;
}

void CachingResolver::UseKept(const Client& client, const Known& known) {
  if (known.kept.group != group_ || steady_clock::now() >= known.kept.until) {
    return;
  }
  if (*servers_ == Servers::kDown) {
    Fault(&Sightings::down, client, "was given " + group_ + " some time ago");
  }
}

void CachingResolver::Ask(const Client& client, Known* known) {
  const Servers before = *servers_;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++seen_.queries;
  }
  try {
    const DnsReply reply = dns_.Ask({.name = "files.example.org",
                                     .type = client.second,
                                     .subnet = client.first});
    // Only what was asked and answered while they were down counts as such.
    const Servers after = *servers_;
    Note(client, before == after ? before : Servers::kUp, reply, known);
  } catch (const std::runtime_error& error) {
    Fault(&Sightings::failures, client, error.what());
  }
}

void CachingResolver::Note(const Client& client, Servers servers,
                           const DnsReply& reply, Known* known) {
  const std::vector<std::string> data = reply.Data(client.second);
  const std::string group = data.size() == 1 ? GroupOf(data[0]) : "";
  if (reply.status != "NOERROR" || reply.answer.size() != 1 || group.empty()) {
    Fault(&Sightings::failures, client,
          reply.status + " with " + std::to_string(reply.answer.size()) +
              " records");
    return;
  }
  if (known->home.empty()) known->home = known->now = group;
  if (servers == Servers::kDown && group == group_) {
    Fault(&Sightings::down, client, "is given " + group_);
  }
  if (group != known->now) {
    ++known->moves;
    if (known->home != group_) {
      Fault(&Sightings::moved, client, known->home + " -> " + group);
    } else if (known->moves > 2 || (known->moves == 2 && group != group_)) {
      Fault(&Sightings::flapped, client, known->now + " -> " + group);
    }
    known->now = group;
  }
  const auto now = steady_clock::now();
  if (now >= known->kept.until) {
    known->kept = {group,
                   now + std::chrono::seconds(reply.answer[0].ttl_seconds)};
  }
}

void CachingResolver::Fault(int64_t Sightings::*count, const Client& client,
                            const std::string& what) {
  const std::lock_guard<std::mutex> lock(mutex_);
  ++(seen_.*count);
  if (seen_.faults.size() < kFaultsKept) {
    seen_.faults.push_back(client.first + " " + client.second + ": " + what);
  }
}

}  // namespace groupring::testing
