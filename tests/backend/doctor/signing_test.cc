#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "backend/doctor/signing_probe.h"
#include "backend/doctor/signing_settings.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Strings = std::vector<std::string>;

constexpr char kRemote[] =
    "remote-connection-string=unix:path=/run/groupring/remote.sock\n";

Diagnostics Check(const std::string& lines) {
  return CheckSigningSettings(ParsePdnsSettings(kRemote + lines), "pdns.conf");
}

TEST_CASE("signing: nothing is said where nobody has keys") {
  CHECK(Check("launch=remote\n").empty());
  CHECK(Check("launch=remote,gsqlite3\ngsqlite3-dnssec=no\n").empty());
  CHECK(Check("launch=remote,bind\n").empty());
  CHECK(Check("launch=gsqlite3\ngsqlite3-dnssec=yes\n").empty());
}

TEST_CASE("signing: a setting is on or off as PowerDNS reads it") {
  for (const char* const value : {"=yes", "=true", "=1", "=", ""}) {
    CAPTURE(value);
    CHECK_FALSE(
        Check(std::string("launch=remote,gsqlite3\ngsqlite3-dnssec") + value)
            .empty());
  }
  CHECK(Check("launch=remote,gsqlite3\ngsqlite3-dnssec=off").empty());
}

TEST_CASE("signing: a cache of signatures without a bound is warned of") {
  const std::string keys = "launch=remote,gsqlite3\ngsqlite3-dnssec=yes\n";
  const auto cache = [&](const std::string& more) {
    const Diagnostics findings = Check(keys + more);
    REQUIRE(findings.size() == 1);
    return findings[0].severity;
  };
  CHECK(cache("") == Severity::kWarning);
  CHECK(cache("max-signature-cache-entries=\n") == Severity::kWarning);
  CHECK(cache("max-signature-cache-entries=2147483647\n") ==
        Severity::kWarning);
  CHECK(cache("max-signature-cache-entries=100000\n") == Severity::kInfo);
}

TEST_CASE("signing: it is said where NSEC would have wrong proofs") {
  const auto narrow_only = [](const std::string& lines) {
    const Diagnostics findings =
        Check(lines + "max-signature-cache-entries=1\n");
    return findings.size() == 2 &&
           findings[1].message.find("narrow NSEC3 only") != std::string::npos;
  };
  CHECK_FALSE(narrow_only("launch=remote,gsqlite3\ngsqlite3-dnssec=yes\n"));
  CHECK(narrow_only("launch=gsqlite3,remote\ngsqlite3-dnssec=yes\n"));
  CHECK(narrow_only("launch=gsqlite3:keys,remote\ngsqlite3-keys-dnssec=yes\n"));
  CHECK(narrow_only("launch=lmdb,remote\n"));
  CHECK_FALSE(narrow_only(
      "launch=gsqlite3,remote\ngsqlite3-dnssec=yes\nremote-dnssec=yes\n"));
  CHECK_FALSE(narrow_only("launch=gsqlite3,lua2\ngsqlite3-dnssec=yes\n"));
  CHECK(
      narrow_only("launch=pipe,gsqlite3\ngsqlite3-dnssec=yes\n"
                  "pipe-command=/run/groupring/pipe.sock\n"));
}

TEST_CASE("signing: BIND does not know the names that groupring has") {
  const auto says = [](const std::string& lines) {
    const Diagnostics findings =
        Check(lines + "max-signature-cache-entries=1\n");
    return findings.size() == 2 &&
           findings[1].message.find("zones of the BIND backend") !=
               std::string::npos;
  };
  const std::string keys = "gsqlite3-dnssec=yes\nremote-dnssec=yes\n";
  CHECK(says("launch=bind,gsqlite3,remote\n" + keys));
  CHECK(says("launch=bind,remote\nbind-dnssec-db=/b.db\nremote-dnssec=yes\n"));
  CHECK_FALSE(says("launch=gsqlite3,remote\n" + keys));
}

TEST_CASE("signing: one name of each zone is asked about") {
  const std::vector<std::string> groups = {"g1"};
  DatasetText data;
  data.SetGroup("g1", {"192.0.2.1"}, {});
  for (const char* zone : {"a.test", "b.test", "none.test"}) {
    data.Set(zone, DatasetText::Apex());
  }
  for (const char* name : {"x.a.test", "deep.w.a.test", "y.a.test", "f.b.test",
                           "z.other.test", "y.other.test", "q.third.test"}) {
    data.Set(name, DatasetText::OnGroups(groups));
  }
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, 0);
  CHECK(NameOfEachZone(*snapshot, 9) ==
        Strings{"deep.w.a.test", "f.b.test", "y.other.test", "q.third.test"});
  CHECK(NameOfEachZone(*snapshot, 2) == Strings{"deep.w.a.test", "f.b.test"});
}

TEST_CASE("signing: files of private keys, and who may read them") {
  CHECK(KeyFilesOf(ParsePdnsSettings(
            "launch=remote,gsqlite3,gmysql:two,bind,lmdb\n"
            "gsqlite3-dnssec=yes\ngsqlite3-database=/var/lib/keys.db\n"
            "gmysql-two-dnssec=yes\ngmysql-two-database=pdns\n"
            "bind-dnssec-db=/var/lib/bind.db\nlmdb-filename=/var/lib/l\n")) ==
        Strings{"/var/lib/keys.db", "/var/lib/bind.db", "/var/lib/l"});
  CHECK(KeyFilesOf(ParsePdnsSettings(
                       "launch=gsqlite3\ngsqlite3-database=/var/lib/z.db\n"))
            .empty());
  for (const mode_t closed : {0100600u, 0100640u, 0100660u}) {
    CHECK(CheckKeyFile("k", closed).severity == Severity::kInfo);
  }
  for (const mode_t open : {0100644u, 0100602u}) {
    const Diagnostic finding = CheckKeyFile("/k.db", open);
    CHECK(finding.severity == Severity::kError);
    CHECK(finding.advice.find("chmod 0600 /k.db") == 0);
  }
  CHECK(CheckKeyFile("k", 0100644).message.find("(0644)") != std::string::npos);
}

// An answer without a question; each record has the owner and type, and data.
struct Section {
  std::string owner;
  uint16_t type;
  std::string data;
};

std::string Wire(const std::string& name) {
  std::string wire;
  size_t at = 0;
  while (at < name.size()) {
    const size_t end = std::min(name.find('.', at), name.size());
    wire.push_back(static_cast<char>(end - at));
    wire += name.substr(at, end - at);
    at = end + 1;
  }
  return wire + std::string(1, '\0');
}

std::string Message(const std::vector<Section>& answer,
                    const std::vector<Section>& authority) {
  std::string message;
  const auto put = [&](size_t number) {
    message.push_back(static_cast<char>(number >> 8 & 0xff));
    message.push_back(static_cast<char>(number & 0xff));
  };
  for (const size_t count : {size_t{7}, size_t{0x8400}, size_t{0},
                             answer.size(), authority.size(), size_t{0}}) {
    put(count);
  }
  for (const auto* const section : {&answer, &authority}) {
    for (const Section& record : *section) {
      message += Wire(record.owner);
      put(record.type);
      put(1);
      put(0);
      put(60);
      put(record.data.size());
      message += record.data;
    }
  }
  return message;
}

// Algorithm 1, no flags, no iterations, no salt, then the next hash.
std::string Nsec3(const std::string& next) {
  return std::string("\1\0\0\0\0", 5) + static_cast<char>(next.size()) + next;
}

TEST_CASE("signing: a proof is told by its records") {
  const std::string name = "ftp.example.org";
  const auto proof = [&](const std::vector<Section>& authority) {
    return ProofIn(Message({}, authority), name);
  };
  const std::string soa = "example.org";
  CHECK(proof({}) == Proof::kNone);
  CHECK(proof({{soa, 6, "x"}}) == Proof::kNone);
  CHECK(proof({{"FTP.example.org", 47, Wire("www.example.org")}}) ==
        Proof::kNsec);
  CHECK(proof({{soa, 47, Wire("example.org")}}) == Proof::kForeign);
  CHECK(proof({{soa, 47, Wire("example.org")},
               {name, 47, Wire("www.example.org")}}) == Proof::kNsec);
  // 32 letters are 20 bytes; "0…0" is 0, and after it comes 1.
  const std::string zero(32, '0');
  std::string one(20, '\0');
  one.back() = 1;
  CHECK(proof({{zero + ".example.org", 50, Nsec3(one)}}) == Proof::kNarrow);
  one.back() = 2;
  CHECK(proof({{zero + ".example.org", 50, Nsec3(one)}}) == Proof::kNotNarrow);
  // The last one is followed by the first.
  CHECK(proof({{std::string(32, 'V') + ".example.org", 50,
                Nsec3(std::string(20, '\0'))}}) == Proof::kNarrow);
  for (size_t size = 0; size < 26; ++size) {
    const std::string cut = Nsec3(one).substr(0, size);
    CHECK(proof({{zero + ".example.org", 50, cut}}) == Proof::kNotNarrow);
  }
  const std::string whole = Message({}, {{name, 47, Wire("www.example.org")}});
  for (size_t size = 0; size < whole.size(); ++size) {
    CHECK(ProofIn(whole.substr(0, size), name) == Proof::kNone);
  }
}

TEST_CASE("signing: a zone is signed where it has keys") {
  CHECK(HasKeysIn(Message({{"example.org", 48, "key"}}, {})));
  CHECK_FALSE(HasKeysIn(Message({}, {{"example.org", 48, "key"}})));
  CHECK_FALSE(HasKeysIn(Message({{"example.org", 46, "sig"}}, {})));
  CHECK_FALSE(HasKeysIn("x"));
}

TEST_CASE("signing: it asks as a validator does") {
  const auto query = EncodeSignedQuery(0x1234, "a.b", 65534);
  REQUIRE(query.ok());
  CHECK(*query == std::string("\x12\x34\0\0\0\1\0\0\0\0\0\1"
                              "\1a\1b\0\xff\xfe\0\1"
                              "\0\0\x29\x0f\xa0\0\0\x80\0\0\0",
                              12 + 9 + 11));
  CHECK_FALSE(EncodeSignedQuery(1, std::string(64, 'a'), 1).ok());
}

}  // namespace
}  // namespace groupring::backend
