#include "backend/resolver/listing.h"

#include <string>
#include <vector>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::shared_ptr<const Snapshot> TwoZones() {
  DatasetText data;
  auto apex = DatasetText::Apex();
  apex.config.records_json =
      R"([{"name":"www","type":"A","content":"192.0.2.80"}])";
  data.Set("example.org", apex);
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1"}));
  data.Set("deep.sub.example.org", DatasetText::OnGroups({"g1"}));
  data.Set("other.test", DatasetText::Apex());
  data.SetGroup("g1", {"198.51.100.2", "198.51.100.1"}, {"2001:db8::1"});
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, 0);
}

std::vector<std::string> Lines(const Reply& reply) {
  std::vector<std::string> lines;
  for (const Record& record : reply.records) {
    lines.push_back(std::string(record.qname) + " " +
                    std::string(record.qtype) + " " +
                    std::string(record.content));
  }
  return lines;
}

TEST_CASE("list: static records and the sample of each dynamic name") {
  const auto snapshot = TwoZones();
  Request request;
  request.zone = "Example.ORG.";
  Reply reply;
  reply.Clear();
  ListZone(*snapshot, request, 0, &reply);
  CHECK(Lines(reply) ==
        std::vector<std::string>{
            "example.org SOA ns1.example.net. hostmaster.example.net. 7 1 2 3 "
            "4",
            "example.org NS ns1.example.net.",
            "deep.sub.example.org A 198.51.100.1",
            "deep.sub.example.org AAAA 2001:db8::1",
            "ftp.example.org A 198.51.100.1",
            "ftp.example.org AAAA 2001:db8::1",
            "www.example.org A 192.0.2.80"});
  CHECK(reply.domain_id == snapshot->FindZone("example.org")->id);
}

TEST_CASE("a zone of too many records is no list but an error") {
  const auto snapshot = TwoZones();
  Request request;
  request.zone = "example.org.";
  Reply reply;
  reply.Clear();
  ListZone(*snapshot, request, 0, &reply, 7);
  CHECK(reply.kind == Reply::Kind::kRecords);
  reply.Clear();
  ListZone(*snapshot, request, 0, &reply, 6);
  CHECK(reply.kind == Reply::Kind::kError);
  CHECK(reply.records.empty());
  CHECK(reply.error ==
        "the zone example.org has more than 6 records, which is too many to "
        "list");
}

TEST_CASE("list by id alone, and of a zone that is not ours") {
  const auto snapshot = TwoZones();
  Request request;
  request.zone_id = snapshot->FindZone("other.test")->id;
  Reply reply;
  reply.Clear();
  ListZone(*snapshot, request, 0, &reply);
  CHECK(reply.records.size() == 2);
  request.zone = "elsewhere.test.";
  reply.Clear();
  ListZone(*snapshot, request, 0, &reply);
  CHECK(reply.kind == Reply::Kind::kFalse);
}

TEST_CASE("getAllDomains and getDomainInfo agree on names and ids") {
  const auto snapshot = TwoZones();
  Reply all;
  all.Clear();
  ListDomains(*snapshot, &all);
  REQUIRE(all.domains.size() == 2);
  for (const Domain& domain : all.domains) {
    Request request;
    request.zone = std::string(domain.zone) + ".";
    Reply one;
    one.Clear();
    DescribeDomain(*snapshot, request, &one);
    REQUIRE(one.kind == Reply::Kind::kDomain);
    CHECK(one.domains[0].id == domain.id);
    CHECK(domain.id > 0);
  }
  Request request;
  request.zone = "ftp.example.org.";
  Reply none;
  none.Clear();
  DescribeDomain(*snapshot, request, &none);
  CHECK(none.kind == Reply::Kind::kFalse);
}

TEST_CASE("searchRecords matches owners and contents up to its limit") {
  const auto snapshot = TwoZones();
  const auto search = [&](const std::string& pattern, int64_t limit) {
    Request request;
    request.text = pattern;
    request.limit = limit;
    Reply reply;
    reply.Clear();
    SearchRecords(*snapshot, request, 0, &reply);
    return Lines(reply).size();
  };
  CHECK(search("ftp.*", 100) == 2);
  CHECK(search("FTP.example.org", 100) == 2);
  CHECK(search("192.0.2.?0", 100) == 1);
  CHECK(search("*", 100) == 9);
  CHECK(search("*", 3) == 3);
  CHECK(search("nothing", 100) == 0);
}

TEST_CASE("patterns: * stands for any text, ? for one character") {
  CHECK(MatchesPattern("a*c", "abbbc"));
  CHECK(MatchesPattern("*", ""));
  CHECK(MatchesPattern("a*b*c", "a-b-b-c"));
  CHECK_FALSE(MatchesPattern("a?c", "ac"));
  CHECK_FALSE(MatchesPattern("a*c", "abbbd"));
  CHECK_FALSE(MatchesPattern("", "a"));
}

}  // namespace
}  // namespace groupring::backend
