#include "tests/bench/in_process/world.h"

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_format.h"
#include "hashing/owner_table.h"
#include "redis/model/draw_pool.h"
#include "tests/backend/dataset_text.h"

namespace groupring::bench {
namespace {

using backend::DatasetText;

constexpr size_t kRequests = 4096;
constexpr const char* kChanging = "g0";

redis::Dataset MakeDataset(const WorldSize& size) {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  std::vector<std::string> groups;
  for (size_t g = 0; g < size.groups; ++g) {
    std::vector<std::string> a;
    std::vector<std::string> aaaa;
    for (size_t i = 0; i < size.addresses; ++i) {
      a.push_back(absl::StrFormat("%d.%d.%d.%d", 10 + g / 256, g % 256, i / 250,
                                  i % 250 + 1));
      aaaa.push_back(absl::StrFormat("2001:db8:%x::%x", g + 1, i + 1));
    }
    groups.push_back(absl::StrFormat("g%d", g));
    data.SetGroup(groups.back(), a, aaaa);
  }
  const DatasetText::Name name = DatasetText::OnGroups(groups);
  for (size_t n = 0; n < size.names; ++n) {
    data.Set(absl::StrFormat("n%d.example.org", n), name);
  }
  return data.dataset();
}

std::string Subnet(size_t i) {
  return i % 4 == 3 ? absl::StrFormat("2001:db8:%x::/48", i)
                    : absl::StrFormat("%d.%d.%d.0/24", 20 + i % 120,
                                      i / 256 % 256, i % 256);
}

}  // namespace

World::World(const WorldSize& size)
    : dataset_(MakeDataset(size)),
      builder_([](Severity, const std::string&) {}) {
  redis::DatasetChange change;
  change.everything = true;
  Publish(change);
  // As the engine's table worker does.
  for (const auto& view : snapshot_->rings) {
    if (view->ring->size() < hashing::OwnerTable::kWorthwhileGroups) continue;
    const auto table = hashing::OwnerTable::Build(view->ring, view->eligible);
    snapshot_ = builder_.AdoptTable(table, clock_.UnixMillis());
    holder_.Publish(snapshot_);
    break;
  }
  FillDraws();
}

void World::Publish(const redis::DatasetChange& change) {
  snapshot_ = builder_.Apply(dataset_, change, clock_.UnixMillis());
  holder_.Publish(snapshot_);
}

std::unique_ptr<backend::Handler> World::NewHandler() {
  return std::make_unique<backend::QueryHandler>(
      &holder_, &clock_, std::make_unique<Mt19937Random>(7), [] {},
      [](const backend::Snapshot&, std::string_view) { return std::string(); },
      std::make_shared<backend::QueryCounts>(), &who_asks_);
}

void World::FillDraws() {
  for (const auto& [name, group] : dataset_.groups) {
    for (const auto& set : group->addresses) {
      if (set->empty() || !set->pool()->wants_refill()) continue;
      set->pool()->ClearWant();
      for (uint32_t left = set->pool()->Free(); left > 0; --left) {
        set->pool()->Put(left % static_cast<uint32_t>(set->members().size()));
      }
    }
  }
}

void World::ChangeOneGroup() {
  auto group =
      std::make_shared<redis::GroupData>(*dataset_.groups.at(kChanging));
  group->state.reason.push_back('x');
  dataset_.groups[kChanging] = std::move(group);
  redis::DatasetChange change;
  change.groups = {kChanging};
  Publish(change);
}

std::vector<RequestText> RequestTexts(const WorldSize& size) {
  std::vector<RequestText> texts;
  for (size_t i = 0; i < kRequests; ++i) {
    // Spread over the names, but not in their order.
    texts.push_back(
        {absl::StrFormat("n%d.example.org", i * 7919 % size.names), Subnet(i)});
  }
  return texts;
}

Requests RequestsFor(const WorldSize& size) {
  Requests requests;
  for (const auto& [name, subnet] : RequestTexts(size)) {
    const std::string json = absl::StrFormat(
        R"({"method": "lookup", "parameters": {"local": "127.0.0.1", )"
        R"("qname": "%s.", "qtype": "ANY", "real-remote": "%s", )"
        R"("remote": "127.0.0.1", "zone-id": 1}})",
        name, subnet);
    requests.json.push_back(json + "\n");
    requests.pipe.push_back(absl::StrFormat(
        "Q\t%s\tIN\tANY\t1\t127.0.0.1\t127.0.0.1\t%s\n", name, subnet));
    requests.http.push_back(
        absl::StrFormat("POST /dns HTTP/1.1\r\nAccept: application/json\r\n"
                        "Connection: Keep-Alive\r\nContent-Length: %d\r\n"
                        "Content-Type: text/javascript; charset=utf-8\r\n"
                        "Host: 127.0.0.1:8470\r\n\r\n%s",
                        json.size(), json));
  }
  return requests;
}

}  // namespace groupring::bench
