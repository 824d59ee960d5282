#include "backend/zones/zone.h"

#include <algorithm>
#include <string>
#include <vector>

#include "backend/zones/static_records.h"
#include "redis/base/printable.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("a SOA is understood as a zone file writes it, or not at all") {
  struct Case {
    const char* text;
    const char* content;  // null: malformed
  };
  for (const Case& c : {
           Case{"NS1.Example.net. Host.example.net 2024010101 1 2 3 4",
                "ns1.example.net. host.example.net. 2024010101 1 2 3 4"},
           {"ns1 host ( 1 2 3\n 4 5 )", "ns1. host. 1 2 3 4 5"},
           {"ns1 host (1 2 3 4 5)", "ns1. host. 1 2 3 4 5"},
           {"ns1 host (\n 1 ; serial\n 2 3 4 5 ; minimum",
            "ns1. host. 1 2 3 4 5"},
           {"ns1 hostmaster@example.org 1 2 3 4 5",
            "ns1. hostmaster.example.org. 1 2 3 4 5"},
           {"ns1 first.last@example.org. 1 2 3 4 5",
            "ns1. first\\.last.example.org. 1 2 3 4 5"},
           {"...", nullptr},
           {"", nullptr},
           {"ns1.x h.x 5 -1 2", nullptr},
           {"a b 1 2 3 4 99999999999", nullptr},
           {"a b 1 2 3 4", nullptr},
           {"a b 1 2 3 4 5 6", nullptr},
           {"a @example.org 1 2 3 4 5", nullptr},
           {"a@b c 1 2 3 4 5", nullptr},
           {"a b 1h 2 3 4 5", nullptr},
           {"IN SOA a b 1 2 3 4 5", nullptr},
       }) {
    CAPTURE(c.text);
    const auto content = ParseSoa(c.text);
    CHECK(content.has_value() == (c.content != nullptr));
    if (content && c.content != nullptr) CHECK(*content == c.content);
  }
}

redis::NameData ApexWith(const std::string& soa, const std::string& records) {
  redis::NameData apex;
  apex.name = "example.org";
  apex.config.is_zone = true;
  apex.config.soa = soa;
  apex.config.ns = {"ns9.example.net"};
  apex.config.records_json = records;
  return apex;
}

constexpr char kGoodSoa[] = "ns1.example.net. h.example.net. 7 1 2 3 4";

TEST_CASE("a SOA that makes no sense: the previous one, or one of defaults") {
  std::vector<std::string> complaints;
  const Zone good = BuildZone(ApexWith(kGoodSoa, ""), nullptr, &complaints);
  CHECK(complaints.empty());
  const redis::NameData bad = ApexWith("ns1.x h.x 5 -1 2", "");
  CHECK(BuildZone(bad, &good, &complaints).records[0].content == kGoodSoa);
  CHECK(BuildZone(bad, nullptr, &complaints).records[0].content ==
        "ns9.example.net. hostmaster.example.org. 1 10800 3600 604800 60");
  REQUIRE(complaints.size() == 2);
  CHECK(complaints[0].find("answering \"ns1.example.net.") !=
        std::string::npos);
}

TEST_CASE("RECORDS that make no sense leave the previous ones, set by set") {
  std::vector<std::string> complaints;
  const Zone good =
      BuildZone(ApexWith(kGoodSoa,
                         R"([{"name":"www","type":"A","content":"192.0.2.1"},
                   {"name":"www","type":"A","content":"192.0.2.2"},
                   {"name":"www","type":"TXT","content":"x"},
                   {"name":"old","type":"A","content":"192.0.2.9"}])"),
                nullptr, &complaints);
  REQUIRE(complaints.empty());
  const auto texts = [](const Zone& zone) {
    std::vector<std::string> all;
    for (size_t i = zone.first_of_records; i < zone.records.size(); ++i) {
      const StaticRecord& record = zone.records[i];
      all.push_back(record.owner + " " + record.type + " " + record.content);
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  const redis::NameData broken = ApexWith(kGoodSoa, "[{");
  const Zone kept = BuildZone(broken, &good, &complaints);
  CHECK(texts(kept) == texts(good));
  CHECK(kept.of_before);
  // What a state file would hold makes the same zone.
  redis::NameData in_force = broken;
  in_force.config = ConfigInForce(broken.config, kept);
  CHECK(texts(BuildZone(in_force, nullptr, &complaints)) == texts(good));

  const redis::NameData one_bad =
      ApexWith(kGoodSoa, R"([{"name":"www","type":"A","content":"192.0.2.1"},
                    {"name":"www","type":"A","content":"192.0.2.999"},
                    {"name":"www","type":"TXT","content":"y"},
                    {"name":"new","type":"AAAA","content":"bad"}])");
  CHECK(texts(BuildZone(one_bad, &good, &complaints)) ==
        std::vector<std::string>{"www.example.org A 192.0.2.1",
                                 "www.example.org A 192.0.2.2",
                                 "www.example.org TXT y"});
  CHECK(texts(BuildZone(one_bad, nullptr, &complaints)) ==
        std::vector<std::string>{"www.example.org A 192.0.2.1",
                                 "www.example.org TXT y"});
}

TEST_CASE("CNAMEs where none may be are said") {
  std::vector<std::string> complaints;
  BuildZone(ApexWith(kGoodSoa,
                     R"([{"type":"CNAME","content":"a.example."},
                         {"name":"two","type":"CNAME","content":"a.example."},
                         {"name":"two","type":"CNAME","content":"b.example."},
                         {"name":"beside","type":"CNAME","content":"a.example."},
                         {"name":"beside","type":"TXT","content":"x"},
                         {"name":"good","type":"CNAME","content":"a.example."}])"),
            nullptr, &complaints);
  REQUIRE(complaints.size() == 3);
  CHECK(complaints[0].find("beside.example.org a CNAME beside other") !=
        std::string::npos);
  CHECK(complaints[1].find("it is the apex") != std::string::npos);
  CHECK(complaints[2].find("two.example.org several CNAMEs") !=
        std::string::npos);
}

std::vector<StaticRecord> Parse(const std::string& json,
                                std::vector<std::string>* complaints) {
  return ParseStaticRecords(json, "example.org", 60, complaints).records;
}

TEST_CASE("RECORDS: names may be relative, absolute or the apex") {
  std::vector<std::string> complaints;
  const auto records = Parse(
      R"([{"name":"www","type":"a","content":"192.0.2.1"},
          {"name":"WWW.example.org","type":"AAAA","content":"::1","ttl":5},
          {"name":"mail.example.org.","type":"A","content":"192.0.2.2"},
          {"name":"@","type":"TXT","content":"x"},
          {"type":"MX","content":"10 mail"},
          {"name":"*.dyn","type":"A","content":"192.0.2.3"}])",
      &complaints);
  CHECK(complaints.empty());
  REQUIRE(records.size() == 6);
  CHECK(records[0].owner == "www.example.org");
  CHECK(records[0].type == "A");
  CHECK(records[0].ttl_seconds == 60);
  CHECK(records[1].owner == "www.example.org");
  CHECK(records[1].ttl_seconds == 5);
  CHECK(records[2].owner == "mail.example.org");
  CHECK(records[3].owner == "example.org");
  CHECK(records[4].owner == "example.org");
  CHECK(records[5].owner == "*.dyn.example.org");
}

TEST_CASE("RECORDS: a malformed entry is left out, named, and no other") {
  const std::string good = R"({"name":"ok","type":"A","content":"192.0.2.1"})";
  for (const std::string bad :
       {R"(7)", R"({"name":"x","content":"y"})", R"({"name":"x","type":"A"})",
        R"({"name":"x","type":"SOA","content":"y"})",
        R"({"name":"x","type":"A B","content":"y"})",
        R"({"name":"x","type":"TXT","content":"a\nb"})",
        R"({"name":"x","type":"TXT","content":"a","ttl":"5"})",
        R"({"name":"x","type":"TXT","content":"a","ttl":-5})",
        R"({"name":"x","type":"A","content":"y"})",
        R"({"name":"x..y","type":"TXT","content":"a"})",
        R"({"name":"x.elsewhere.","type":"TXT","content":"a"})",
        R"({"name":5,"type":"TXT","content":"a"})",
        R"({"nam":"x","type":"TXT","content":"a"})",
        R"({"name":"x","type":"ANY","content":"a"})",
        R"({"name":"x\\","type":"A","content":"a"})",
        R"({"name":"x\\999","type":"A","content":"a"})",
        R"({"name":"x\\.example.org.","type":"A","content":"a"})",
        R"({"name":"x","type":"TXT","content":"\u0000"})",
        R"({"name":"x","a\nb\u001b[31m":"y"})"}) {
    CAPTURE(bad);
    std::vector<std::string> complaints;
    const auto records =
        Parse("[" + std::string(bad) + "," + good + "]", &complaints);
    REQUIRE(records.size() == 1);
    CHECK(records[0].owner == "ok.example.org");
    REQUIRE(complaints.size() == 1);
    CHECK(complaints[0].find("example.org:CONFIG: entry 1 of RECORDS") == 0);
    CHECK(Printable(complaints[0]) == complaints[0]);
  }
}

TEST_CASE("RECORDS: a content that fits in no message is left out") {
  const auto entry = [](size_t size) {
    return R"([{"type":"TXT","content":")" + std::string(size, 'x') + R"("}])";
  };
  std::vector<std::string> complaints;
  CHECK(Parse(entry(65535), &complaints).size() == 1);
  CHECK(complaints.empty());
  CHECK(Parse(entry(65536), &complaints).empty());
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].find("longer than 65535 bytes") != std::string::npos);
}

TEST_CASE("a complaint about a SOA or NS is one line, however they read") {
  redis::NameData apex;
  apex.name = "example.org";
  apex.config.is_zone = true;
  apex.config.soa = "ns1\nDATA\tevil\x1b[31m";
  apex.config.ns = {"ns1\\", "ns2.example.org"};
  std::vector<std::string> complaints;
  const Zone zone = BuildZone(apex, nullptr, &complaints);
  CHECK(zone.records.size() == 2);
  REQUIRE(complaints.size() == 2);
  for (const std::string& complaint : complaints) {
    CHECK(Printable(complaint) == complaint);
  }
}

TEST_CASE("RECORDS that is no array, or too deep, is left out as a whole") {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const std::string& bad : {std::string("{"), std::string("{}"), deep,
                                 std::string("\"x\""), std::string("[1,")}) {
    std::vector<std::string> complaints;
    CHECK(Parse(bad, &complaints).empty());
    CHECK(complaints.size() == 1);
  }
}

TEST_CASE("zone ids depend on the name alone and never collide") {
  std::vector<Zone> zones(2000);
  std::vector<Zone*> pointers;
  for (size_t i = 0; i < zones.size(); ++i) {
    zones[i].name = "z" + std::to_string(i) + ".test";
    pointers.push_back(&zones[i]);
  }
  AssignZoneIds(pointers);
  std::vector<int64_t> ids;
  for (const Zone& zone : zones) {
    REQUIRE(zone.id > 0);
    REQUIRE(zone.id <= 0x7fffffff);
    ids.push_back(zone.id);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  Zone alone;
  alone.name = "z7.test";
  AssignZoneIds({&alone});
  CHECK(alone.id == zones[7].id);
}

TEST_CASE("a name is known not to exist for no longer than the SOA is kept") {
  std::vector<std::string> complaints;
  const auto seconds = [&](const std::string& minimum, uint32_t ttl) {
    redis::NameData apex = ApexWith("ns1.x. h.x. 1 2 3 4 " + minimum, "");
    apex.config.ttl_seconds = ttl;
    return NegativeTtlSeconds(BuildZone(apex, nullptr, &complaints));
  };
  CHECK(seconds("60", 300) == 60);
  CHECK(seconds("600", 300) == 300);
  CHECK(complaints.empty());
}

}  // namespace
}  // namespace groupring::backend
