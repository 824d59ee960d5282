#include "backend/doctor/dns_message.h"

#include <string>

#include "backend/doctor/dns_probe.h"
#include "backend/report/diagnostic_text.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using namespace std::string_literals;

// An answer to `x.org` with one A record (owner by pointer) and an OPT that
// echoes 192.0.2.0/24/24.
const std::string kAnswer =
    "\x12\x34\x84\x00\x00\x01\x00\x01\x00\x00\x00\x01"s
    "\x01x\x03org\x00\x00\x01\x00\x01"s
    "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc6\x33\x64\x07"s
    "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0b\x00\x08\x00\x07\x00\x01"s
    "\x18\x18\xc0\x00\x02"s;

TEST_CASE("a query asks for A on behalf of a /24") {
  CHECK(*EncodeQuery(0x1234, "x.org", {192, 0, 2}, redis::Family::kA) ==
        "\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01"s
        "\x01x\x03org\x00\x00\x01\x00\x01"s
        "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x0b\x00\x08\x00\x07\x00\x01"s
        "\x18\x00\xc0\x00\x02"s);
}

TEST_CASE("AAAA is asked for and read likewise") {
  CHECK(EncodeQuery(1, "x.org", {192, 0, 2}, redis::Family::kAaaa)
            ->substr(12, 11) == "\x01x\x03org\x00\x00\x1c\x00\x01"s);
  std::string answer = kAnswer.substr(0, 23);
  answer +=
      "\xc0\x0c\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10\x20\x01\x0d\xb8"s +
      std::string(11, '\0') + "\x07" + kAnswer.substr(39);
  REQUIRE(DecodeAnswer(0x1234, answer).has_value());
  CHECK(DecodeAnswer(0x1234, answer)->addresses ==
        std::vector<std::string>{"2001:db8::7"});
}

TEST_CASE("an escaped name is put on the wire as the bytes it stands for") {
  const auto query =
      EncodeQuery(0x1234, "a\\.b.x\\032y.org.", {192, 0, 2}, redis::Family::kA);
  REQUIRE(query.ok());
  CHECK(query->substr(12, 14) ==
        "\x03"
        "a.b"
        "\x03"
        "x y"
        "\x03"
        "org\0\0"s);
}

TEST_CASE("what is not a DNS name is not asked for") {
  for (const std::string& name :
       {std::string("a..b"), std::string(64, 'a') + ".org", "a\\"s}) {
    CAPTURE(name);
    CHECK(
        EncodeQuery(1, name, {192, 0, 2}, redis::Family::kA).status().code() ==
        absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("the subnet is found behind other options of an answer") {
  std::string answer = kAnswer;
  answer[answer.size() - 12] = '\x11';  // six bytes more
  answer.insert(answer.size() - 11, "\x00\x0a\x00\x02\x08\x08"s);
  REQUIRE(DecodeAnswer(0x1234, answer).has_value());
  CHECK(DecodeAnswer(0x1234, answer)->ecs_scope == 24);
}

TEST_CASE("an answer is read: rcode, addresses, scope") {
  const auto answer = DecodeAnswer(0x1234, kAnswer);
  REQUIRE(answer.has_value());
  CHECK(answer->rcode == 0);
  CHECK(answer->authoritative);
  CHECK(answer->addresses == std::vector<std::string>{"198.51.100.7"});
  CHECK(answer->ecs_scope == 24);
}

TEST_CASE("answers to others, and torn ones at every length, are none") {
  CHECK_FALSE(DecodeAnswer(0x1235, kAnswer).has_value());
  CHECK_FALSE(DecodeAnswer(0x1234, *EncodeQuery(0x1234, "x.org", {1, 2, 3},
                                                redis::Family::kA))
                  .has_value());
  for (size_t size = 0; size < kAnswer.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(DecodeAnswer(0x1234, kAnswer.substr(0, size)).has_value());
  }
}

std::shared_ptr<const Snapshot> Sample() {
  DatasetText data;
  data.Set("x.org", DatasetText::OnGroups({"g1"}));
  data.SetGroup("g1", {"198.51.100.7", "203.0.113.0/25"}, {});
  redis::DatasetChange change;
  change.everything = true;
  return SnapshotBuilder([](Severity, const std::string&) {})
      .Apply(data.dataset(), change, 0);
}

Diagnostics Check(const DnsAnswer& answer) {
  return CheckDnsAnswer(*Sample(), "x.org", redis::Family::kA, {192, 0, 2},
                        answer, "ns", 0);
}

TEST_CASE("doctor: the right answer of PowerDNS is found right") {
  DnsAnswer answer;
  answer.ecs_scope = 24;
  for (const std::string address : {"198.51.100.7", "203.0.113.9"}) {
    answer.addresses = {address};
    INFO(DiagnosticsText(Check(answer)));
    CHECK(GravestOf(Check(answer)) == Severity::kInfo);
  }
}

TEST_CASE("doctor: a family that a name has not, and one that it lacks") {
  DnsAnswer answer;
  const auto check = [&](redis::Family family) {
    return CheckDnsAnswer(*Sample(), "x.org", family, {192, 0, 2}, answer, "ns",
                          0)[0];
  };
  CHECK(check(redis::Family::kAaaa).message == "no AAAA, as it should be");
  CHECK(check(redis::Family::kA).code == DiagnosticCode::kDnsEmptyAnswer);
  answer.addresses = {"2001:db8::1"};
  CHECK(check(redis::Family::kAaaa).severity == Severity::kError);
}

TEST_CASE("doctor: wrong answers of PowerDNS are told apart, with advice") {
  DnsAnswer answer;
  answer.ecs_scope = 24;
  answer.addresses = {"198.51.100.8"};
  CHECK(Check(answer)[0].advice.find("another Redis") != std::string::npos);
  answer.addresses = {};
  CHECK(Check(answer)[0].advice.find("purge") != std::string::npos);
  answer.rcode = 5;
  CHECK(Check(answer)[0].advice.find("rediscover") != std::string::npos);
  answer.rcode = 2;
  CHECK(Check(answer)[0].message == "SERVFAIL for 192.0.2.0/24");
  DnsAnswer no_subnet;
  no_subnet.addresses = {"198.51.100.7"};
  REQUIRE(Check(no_subnet).size() == 2);
  CHECK(Check(no_subnet)[1].advice.find("edns-subnet-processing=yes") !=
        std::string::npos);
}

TEST_CASE("doctor: a name server that is none is said to be none") {
  CHECK(AskDns("nonsense", "x.org", {1, 2, 3}, redis::Family::kA,
               std::chrono::milliseconds(50))
            .status()
            .code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace groupring::backend
