#include "backend/engine/query_handler.h"

#include <memory>
#include <string>

#include "backend/protocol/remote_json.h"
#include "backend/snapshot/name_order.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

struct Served {
  SnapshotHolder holder;
  SystemClock clock;
  int wakes = 0;
  std::shared_ptr<QueryCounts> counts = std::make_shared<QueryCounts>();
  WhoAsks who_asks;
  QueryHandler handler{&holder,
                       &clock,
                       std::make_unique<Mt19937Random>(1),
                       [this] { ++wakes; },
                       [](const Snapshot&, std::string_view command) {
                         return "answer to " + std::string(command);
                       },
                       counts,
                       &who_asks};

  void Load() {
    DatasetText data;
    data.Set("example.org", DatasetText::Apex());
    data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
    data.SetGroup("g1", {"192.0.2.1", "192.0.2.2"}, {});
    redis::DatasetChange change;
    change.everything = true;
    holder.Publish(SnapshotBuilder([](Severity, const std::string&) {
                   }).Apply(data.dataset(), change, 0));
  }

  Reply::Kind Ask(Method method, const std::string& name = "example.org.") {
    Request request;
    request.method = method;
    request.qname = name;
    request.qtype = "ANY";
    request.zone = name;
    request.text = "status";
    request.remote = "192.0.2.9";
    reply.Clear();
    handler.Handle(request, &reply);
    return reply.kind;
  }
  Reply reply;
};

TEST_CASE("nothing loaded yet: an error, never false and never empty") {
  Served served;
  for (const Method method :
       {Method::kLookup, Method::kApiLookup, Method::kGetAllDomains,
        Method::kGetDomainInfo, Method::kList, Method::kSearchRecords,
        Method::kGetAllDomainMetadata, Method::kGetDomainMetadata,
        Method::kGetBeforeAndAfterNames}) {
    CHECK(served.Ask(method) == Reply::Kind::kError);
    CHECK(!served.reply.error.empty());
  }
  CHECK(
      served.counts->failures[static_cast<size_t>(FailureCause::kNothingLoaded)]
          .value() == 9);
  CHECK(served.Ask(Method::kInitialize) == Reply::Kind::kTrue);
  CHECK(served.Ask(Method::kUnknown) == Reply::Kind::kFalse);
}

TEST_CASE("who asks: lookups of dynamic names, and nothing else") {
  Served served;
  served.Load();
  const auto told = [&] {
    return served.who_asks.Top(TopBy::kResolver, 5, served.clock.Steady());
  };
  served.Ask(Method::kLookup, "example.org.");
  served.Ask(Method::kLookup, "www.example.org.");
  served.Ask(Method::kGetDomainInfo, "ftp.example.org.");
  CHECK(told().queries == 0);

  Request request;
  request.method = Method::kLookup;
  request.qname = "FTP.example.org.";
  request.qtype = "ANY";
  request.remote = "192.0.2.9";
  request.real_remote = "198.51.100.0/24";
  served.handler.Handle(request, &served.reply);
  request.real_remote = "192.0.2.9/32";
  served.handler.Handle(request, &served.reply);
  // PowerDNS for itself.
  request.remote = "0.0.0.0";
  request.real_remote = "0.0.0.0/0";
  served.handler.Handle(request, &served.reply);
  const Asked asked = told();
  CHECK(asked.queries == 2);
  CHECK(asked.by_ecs == 1);
  REQUIRE(asked.askers.size() == 1);
  CHECK(asked.askers[0].key == "192.0.2.9");
  const Asked names =
      served.who_asks.Top(TopBy::kName, 5, served.clock.Steady());
  CHECK(names.askers[0].key == "ftp.example.org");
}

TEST_CASE("who asks: where families come from two groups, the first counts") {
  Served served;
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2"}));
  data.SetGroup("g1", {"192.0.2.1"}, {});
  data.SetGroup("g2", {"192.0.2.2"}, {"2001:db8::2"});
  CacheHolds holds;
  redis::DatasetChange change;
  change.everything = true;
  served.holder.Publish(
      SnapshotBuilder([](Severity, const std::string&) {}, &holds)
          .Apply(data.dataset(), change, 0));
  Request request;
  request.method = Method::kLookup;
  request.qname = "ftp.example.org.";
  request.qtype = "ANY";
  request.remote = "192.0.2.9";
  for (int i = 0; i < 50; ++i) {
    request.real_remote = "10." + std::to_string(i) + ".3.0/24";
    served.handler.Handle(request, &served.reply);
  }
  const auto rings = served.who_asks.Rings(served.clock.Steady());
  REQUIRE(rings.size() == 1);
  const uint32_t g1 = holds.Of("g1")->number();
  CHECK(served.counts->groups.Of(g1, 0) > 0);
  REQUIRE(rings[0].groups.contains(g1));
  CHECK(rings[0].groups.at(g1) == served.counts->groups.Of(g1, 0));
}

TEST_CASE("every method is answered once something is loaded") {
  Served served;
  served.Load();
  CHECK(served.Ask(Method::kInitialize) == Reply::Kind::kTrue);
  CHECK(served.Ask(Method::kUnknown) == Reply::Kind::kFalse);
  CHECK(served.Ask(Method::kLookup) == Reply::Kind::kRecords);
  CHECK(served.Ask(Method::kApiLookup) == Reply::Kind::kRecords);
  CHECK(served.Ask(Method::kGetAllDomains) == Reply::Kind::kDomains);
  CHECK(served.Ask(Method::kGetDomainInfo) == Reply::Kind::kDomain);
  CHECK(served.Ask(Method::kList) == Reply::Kind::kRecords);
  CHECK(served.Ask(Method::kSearchRecords) == Reply::Kind::kRecords);
  CHECK(served.Ask(Method::kGetAllDomainMetadata) == Reply::Kind::kMetadata);
  CHECK(served.Ask(Method::kGetDomainMetadata) == Reply::Kind::kValues);
  CHECK(served.Ask(Method::kDirectBackendCmd) == Reply::Kind::kText);
  CHECK(served.reply.text == "answer to status");
}

TEST_CASE("each question is counted once, by method and result") {
  Served served;
  const auto count = [&](Method method, QueryResult result) {
    return served.counts
        ->queries[0][static_cast<size_t>(method)][static_cast<size_t>(result)]
        .value();
  };
  served.Ask(Method::kLookup);  // nothing is loaded
  CHECK(count(Method::kLookup, QueryResult::kServfail) == 1);
  served.Load();
  served.Ask(Method::kLookup);
  served.Ask(Method::kLookup, "nowhere.example.org.");
  served.Ask(Method::kUnknown);
  served.Ask(Method::kInitialize);
  CHECK(count(Method::kLookup, QueryResult::kServfail) == 1);
  CHECK(count(Method::kLookup, QueryResult::kAnswered) == 1);
  CHECK(count(Method::kLookup, QueryResult::kNothing) == 1);
  CHECK(count(Method::kUnknown, QueryResult::kNothing) == 1);
  CHECK(count(Method::kInitialize, QueryResult::kAnswered) == 1);

  // Long ones are asked for the one way or the other.
  Request request;
  request.method = Method::kGetAllDomains;
  REQUIRE(served.handler.Defer(request) != nullptr);
  CHECK(count(Method::kGetAllDomains, QueryResult::kAnswered) == 1);
  served.Ask(Method::kGetAllDomains);
  CHECK(count(Method::kGetAllDomains, QueryResult::kAnswered) == 2);
}

TEST_CASE("the reply keeps the snapshot that its views point into") {
  Served served;
  served.Load();
  served.Ask(Method::kLookup);
  const std::weak_ptr<const Snapshot> first = served.holder.Take();
  REQUIRE(served.reply.records.size() == 2);
  served.Load();
  CHECK_FALSE(first.expired());
  CHECK(served.reply.records[0].qtype == "SOA");
  served.reply.Clear();
  served.Ask(Method::kLookup);
  served.reply.Clear();
  CHECK(first.expired());
}

TEST_CASE("a new snapshot is seen by the next query") {
  Served served;
  served.Load();
  CHECK(served.Ask(Method::kGetAllDomains) == Reply::Kind::kDomains);
  CHECK(served.reply.domains.size() == 1);
  auto empty = std::make_shared<Snapshot>();
  empty->owners = std::make_shared<OwnerMap>();
  served.holder.Publish(empty);
  CHECK(served.Ask(Method::kGetAllDomains) == Reply::Kind::kDomains);
  CHECK(served.reply.domains.empty());
}

TEST_CASE("the store is woken when a pool of draws runs low") {
  Served served;
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  data.SetGroup("g1", {"192.0.2.1", "192.0.2.2"}, {});
  redis::DrawPool* pool = data.dataset().groups.at("g1")->addresses[0]->pool();
  while (pool->Free() > 0) pool->Put(0);
  pool->ClearWant();
  redis::DatasetChange change;
  change.everything = true;
  served.holder.Publish(SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, 0));
  for (uint32_t i = 0; i < redis::DrawPool::kCapacity; ++i) {
    served.Ask(Method::kLookup, "ftp.example.org");
    REQUIRE(served.reply.records.size() == 1);
    REQUIRE(served.reply.records[0].content == "192.0.2.1");
  }
  CHECK(served.wakes == 1);
}

TEST_CASE("names are sorted apart from queries, then found at once") {
  Served served;
  Request request;
  request.method = Method::kGetBeforeAndAfterNames;
  request.qname = "ftp.";
  CHECK(IsLong(request.method));
  CHECK(served.handler.Defer(request) == nullptr);  // nothing is loaded
  served.Load();
  request.zone_id = served.holder.Take()->zones[0]->id;
  const LongAnswer answer = served.handler.Defer(request);
  REQUIRE(answer != nullptr);
  CHECK_FALSE(served.holder.Take()->order->is_made());
  Reply apart;
  answer(&apart);
  CHECK(apart.kind == Reply::Kind::kNeighbours);
  CHECK(apart.before == "ftp");
  CHECK(apart.after.empty());

  CHECK(served.handler.Defer(request) == nullptr);
  Reply at_once;
  served.handler.Handle(request, &at_once);
  CHECK(at_once.before == "ftp");

  // No zone has that number.
  request.zone_id = -1;
  at_once.Clear();
  served.handler.Handle(request, &at_once);
  CHECK(at_once.kind == Reply::Kind::kFalse);
}

TEST_CASE("what takes long can be answered apart, and is the same") {
  Served served;
  Request request;
  request.zone = "example.org.";
  request.text = "*";
  for (const Method method :
       {Method::kGetAllDomains, Method::kList, Method::kSearchRecords,
        Method::kDirectBackendCmd}) {
    request.method = method;
    CHECK(IsLong(method));
    CHECK(served.handler.Defer(request) == nullptr);  // nothing is loaded
  }
  served.Load();
  for (const Method method :
       {Method::kGetAllDomains, Method::kList, Method::kSearchRecords,
        Method::kDirectBackendCmd}) {
    request.method = method;
    Reply at_once;
    served.handler.Handle(request, &at_once);
    REQUIRE(at_once.kind != Reply::Kind::kError);
    const LongAnswer answer = served.handler.Defer(request);
    REQUIRE(answer != nullptr);
    std::string texts[2];
    AppendRemoteJson(at_once, &texts[0]);
    // What it answers from is its own.
    served.holder.Publish(std::make_shared<Snapshot>());
    Reply apart;
    answer(&apart);
    AppendRemoteJson(apart, &texts[1]);
    CHECK(texts[0] == texts[1]);
    served.Load();
  }
}

}  // namespace
}  // namespace groupring::backend
