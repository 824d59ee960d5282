// A small world to resolve in: three groups behind ftp.example.org.
#ifndef GROUPRING_TESTS_BACKEND_RESOLVER_WORLD_H_
#define GROUPRING_TESTS_BACKEND_RESOLVER_WORLD_H_

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "backend/resolver/resolver.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"

namespace groupring::backend {

constexpr int64_t kNow = 1'800'000'000'000;

// A builder fed with datasets, and a client that asks what came of them.
class ResolverWorld {
 public:
  DatasetText data;

  void Apply() {
    redis::DatasetChange change;
    change.everything = true;
    snapshot_ = builder_.Apply(data.dataset(), change, kNow);
  }

  Reply Ask(const std::string& qname, const std::string& qtype,
            const std::string& real_remote = "203.0.113.7/32",
            const std::string& remote = "192.0.2.53") {
    Request& request = requests_.emplace_back();  // replies point into it
    request.method = Method::kLookup;
    request.qname = qname;
    request.qtype = qtype;
    request.remote = remote;
    request.real_remote = real_remote;
    Reply reply;
    reply.Clear();
    scratch_.counts = counts.get();
    Lookup(*snapshot_, request, kNow, &scratch_, &reply);
    return reply;
  }

  const Snapshot& snapshot() const { return *snapshot_; }
  std::vector<std::string> log;
  std::shared_ptr<CacheHolds> holds = std::make_shared<CacheHolds>();
  std::shared_ptr<QueryCounts> counts = std::make_shared<QueryCounts>();

 private:
  SnapshotBuilder builder_{
      [this](Severity, const std::string& line) { log.push_back(line); },
      holds.get()};
  std::shared_ptr<const Snapshot> snapshot_;
  std::deque<Request> requests_;
  Mt19937Random random_{7};
  ResolverScratch scratch_{&random_};
};

inline std::multiset<std::string> Types(const Reply& reply) {
  std::multiset<std::string> types;
  for (const Record& record : reply.records) {
    types.insert(std::string(record.qtype));
  }
  return types;
}

inline std::string Content(const Reply& reply, std::string_view type) {
  for (const Record& record : reply.records) {
    if (record.qtype == type) return std::string(record.content);
  }
  return "";
}

// Three groups of three addresses a family; the third number of an address
// says which group it is of.
inline ResolverWorld WorldOfThreeGroups() {
  ResolverWorld world;
  world.data.Set("example.org", DatasetText::Apex());
  world.data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2", "g3"}));
  for (const std::string g : {"1", "2", "3"}) {
    world.data.SetGroup(
        "g" + g,
        {"198.51." + g + ".1", "198.51." + g + ".2", "198.51." + g + ".3"},
        {"2001:db8:" + g + "::1", "2001:db8:" + g + "::2",
         "2001:db8:" + g + "::3"});
  }
  world.Apply();
  return world;
}

inline std::string GroupOfA(const Reply& reply) {
  const std::string a = Content(reply, "A");
  return a.empty() ? "" : "g" + a.substr(7, 1);
}
inline std::string GroupOfAaaa(const Reply& reply) {
  const std::string aaaa = Content(reply, "AAAA");
  return aaaa.empty() ? "" : "g" + aaaa.substr(9, 1);
}

inline std::string Subnet(int i) {
  return "203." + std::to_string(i / 256) + "." + std::to_string(i % 256) +
         ".0/24";
}

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_RESOLVER_WORLD_H_
