// Signed zones, with the keys in a second backend of PowerDNS, as
// pdns-config/dnssec.conf has it; delv validates.
#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/key_store.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"
#include "tests/support/dig.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Records of every kind beside the sample data, and names of one family.
constexpr char kRecords[] =
    "HSET example.org:CONFIG RECORDS '["
    R"({"name":"www","type":"A","content":"192.0.2.80"},)"
    R"({"name":"@","type":"MX","content":"10 www.example.org."},)"
    R"({"name":"alias","type":"CNAME","content":"files.example.org."},)"
    R"({"name":"sub","type":"NS","content":"ns.sub.example.org."},)"
    R"({"name":"ns.sub","type":"A","content":"192.0.2.53"},)"
    R"({"name":"secure","type":"NS","content":"ns.example.net."},)"
    R"({"name":"secure","type":"DS","content":"12345 13 2 )"
    R"(0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}]')"
    "\nSADD v4:A 10.1.0.9\nSADD only4.example.org:GROUPS v4"
    "\nSADD v6:AAAA 2001:db8:a::9\nSADD only6.example.org:GROUPS v6\n";

struct Question {
  const char* name;
  const char* type;
  const char* says;
};

constexpr char kYes[] = "fully validated";
constexpr char kNo[] = "negative response, fully validated";

constexpr Question kQuestions[] = {
    // Answers that differ from client to client and from time to time.
    {"files.example.org", "A", kYes},
    {"files.example.org", "AAAA", kYes},
    {"FILES.example.ORG", "A", kYes},
    {"ftp.eu.west.example.org", "A", kYes},
    {"only4.example.org", "A", kYes},
    {"only6.example.org", "AAAA", kYes},
    // No such type, at a dynamic name too.
    {"only4.example.org", "AAAA", kNo},
    {"only6.example.org", "A", kNo},
    {"files.example.org", "TXT", kNo},
    {"files.example.org", "HTTPS", kNo},
    {"files.example.org", "NS", kNo},
    {"files.example.org", "SOA", kNo},
    {"files.example.org", "DS", kNo},
    {"www.example.org", "MX", kNo},
    {"example.org", "TXT", kNo},
    // An empty non-terminal.
    {"west.example.org", "A", kNo},
    // No such name: beside, below a dynamic name, below an empty non-terminal.
    {"nosuch.example.org", "A", kNo},
    {"*.example.org", "A", kNo},
    {"x.files.example.org", "A", kNo},
    {"y.west.example.org", "AAAA", kNo},
    // The zone itself. PowerDNS publishes the CDS and CDNSKEY.
    {"example.org", "SOA", kYes},
    {"example.org", "NS", kYes},
    {"example.org", "MX", kYes},
    {"example.org", "DNSKEY", kYes},
    {"example.org", "CDS", kYes},
    {"example.org", "CDNSKEY", kYes},
    {"www.example.org", "A", kYes},
};

// Of the records above; also where they are in a zone file.
constexpr Question kQuestionsOfRecords[] = {
    {"alias.example.org", "A", kYes},
    {"alias.example.org", "AAAA", kYes},
    {"secure.example.org", "DS", kYes},
    {"sub.example.org", "DS", kNo},
};

std::vector<std::string> Publishing(std::vector<std::string> pdns_options) {
  pdns_options.insert(pdns_options.end(), {"--default-publish-cds=2",
                                           "--default-publish-cdnskey=1"});
  return pdns_options;
}

#ifdef GROUPRING_SANITIZED
#define MODES_WITH_METADATA \
  RemoteUnix, RemoteHttp, RemoteHttpPost, RemoteHttpGet, RemotePipe
#else
#define MODES_WITH_METADATA \
  RemoteUnix, RemoteHttp, RemoteHttpPost, RemoteHttpGet, RemotePipe, Embedded
#endif

void Check(const KeyStore& keys, uint16_t port, const Question& question) {
  CAPTURE(question.name, question.type);
  CHECK(keys.Delv(port, question.name, question.type) == question.says);
}

void CheckEverything(const KeyStore& keys, uint16_t port) {
  for (const Question& question : kQuestions) Check(keys, port, question);
  for (const Question& question : kQuestionsOfRecords) {
    Check(keys, port, question);
  }
  // Each answer holds for the client's network alone, as without signatures.
  const std::string answer = Dig(
      port, {"+dnssec", "+subnet=198.51.100.0/24", "files.example.org", "A"});
  CHECK(answer.find("RRSIG") != std::string::npos);
  CHECK(answer.find("CLIENT-SUBNET: 198.51.100.0/24/24") != std::string::npos);
}

TEMPLATE_TEST_CASE("a signed zone validates, whatever is asked", "",
                   MODES_WITH_METADATA) {
  const KeyStore keys(/*narrow=*/false);
  Deployment deployment(TestType::Get(), kRecords,
                        Publishing(keys.PdnsOptions()));
  CheckEverything(keys, deployment.port());
  Check(keys, deployment.port(), {"example.org", "NSEC3PARAM", kYes});

  // Groups go out and come back.
  const auto group_of = [&] {
    return deployment.Group(
        {.name = "files.example.org", .subnet = "198.51.100.0/24"});
  };
  const std::string group = group_of();
  deployment.redis().Run("HSET " + group + ":STATE state disabled");
  REQUIRE(WaitUntil([&] { return group_of() != group; }));
  CHECK(keys.Delv(deployment.port(), "files.example.org", "A") == kYes);
  deployment.redis().Run("DEL " + group + ":STATE");
  REQUIRE(WaitUntil([&] { return group_of() == group; }));
  CHECK(keys.Delv(deployment.port(), "files.example.org", "AAAA") == kYes);
}

// The NSEC records of an answer: "ftp.example.org. www.example.org. A …".
std::set<std::string> NsecRecords(const std::string& answer) {
  std::set<std::string> found;
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string owner, ttl, in, type, rest;
    words >> owner >> ttl >> in >> type;
    std::getline(words >> std::ws, rest);
    if (type == "NSEC") found.insert(owner + " " + rest);
  }
  return found;
}

TEMPLATE_TEST_CASE("a zone signed with NSEC validates and hides no name", "",
                   MODES_WITH_METADATA) {
  const KeyStore keys(/*narrow=*/false);
  const bool is_embedded = TestType::Get().file == "embedded.conf";
  Deployment deployment(
      TestType::Get(), kRecords,
      Publishing(keys.PdnsOptions("dnssec-nsec.conf", is_embedded)));
  CheckEverything(keys, deployment.port());
  Check(keys, deployment.port(), {"example.org", "NSEC3PARAM", kNo});

  const auto nsec = [&](const char* name, const char* type) {
    return NsecRecords(Dig(deployment.port(), {"+dnssec", name, type}));
  };
  using Records = std::set<std::string>;
  const std::string apex =
      "example.org. alias.example.org. "
      "NS SOA MX RRSIG NSEC DNSKEY CDS CDNSKEY";
  // Each record spans from one name to the next, and to no other.
  CHECK(
      nsec("nosuch.example.org", "A") ==
      Records{apex, "files.example.org. only4.example.org. A AAAA RRSIG NSEC"});
  CHECK(nsec("sub.example.org", "DS") ==
        Records{"sub.example.org. upload.example.org. NS RRSIG NSEC"});
  // A referral is not signed but for its proof.
  const std::string referral =
      Dig(deployment.port(), {"+dnssec", "x.sub.example.org", "A"});
  CHECK(referral.find("RRSIG	NS ") == std::string::npos);
  CHECK(referral.find("RRSIG	NSEC ") != std::string::npos);

  // A name that comes is among them, and nobody has been told otherwise.
  deployment.redis().Run("SADD new.example.org:GROUPS alpha");
  REQUIRE(WaitUntil([&] {
    return nsec("o.example.org", "A") ==
           Records{apex,
                   "new.example.org. only4.example.org. A AAAA RRSIG NSEC"};
  }));
  // Each coprocess hears of it for itself. What one says that has not yet is in
  // PowerDNS' caches for longer than a test waits.
  CHECK(WaitUntil([&] {
    deployment.pdns().Control({"purge", "new.example.org$"});
    return keys.Delv(deployment.port(), "new.example.org", "A") == kYes;
  }));
}

// What `groupring doctor` makes of signed zones through DNS: the lines on
// proofs.
std::vector<std::string> DoctorOnProofs(const Deployment& deployment) {
  const CommandResult result =
      RunCommand({GroupringProgram(), "doctor", "--config",
                  deployment.reader_settings().file(), "--dns",
                  "127.0.0.1:" + std::to_string(deployment.port())});
  UNSCOPED_INFO(result.output << result.errors);
  std::vector<std::string> found;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("TYPE65534") != std::string::npos) found.push_back(line);
  }
  return found;
}

TEST_CASE("doctor tells whether the proofs of signed zones are right") {
  const KeyStore keys(/*narrow=*/false);
  const auto all_say = [](const Deployment& deployment, const char* level,
                          const std::vector<std::string>& one_of) {
    const std::vector<std::string> lines = DoctorOnProofs(deployment);
    CHECK_FALSE(lines.empty());
    for (const std::string& line : lines) {
      CHECK(line.starts_with(level));
      CHECK(std::any_of(one_of.begin(), one_of.end(), [&](const auto& what) {
        return line.find(what) != std::string::npos;
      }));
    }
  };
  {
    const Deployment narrow(RemoteUnix::Get(), "", keys.PdnsOptions());
    all_say(narrow, "ok ", {"signed, and proved with narrow NSEC3"});
  }
  {
    const Deployment nsec(RemoteUnix::Get(), "",
                          keys.PdnsOptions("dnssec-nsec.conf"));
    all_say(nsec, "ok ", {"signed, and proved with NSEC of the name"});
  }
  // The trap: PowerDNS does not ask which names there are. 5.1 then
  // proves nothing at all.
  std::vector<std::string> options = keys.PdnsOptions("dnssec-nsec.conf");
  options.emplace_back("--remote-dnssec=no");
  const Deployment trap(RemoteUnix::Get(), "", options);
  all_say(trap, "PROBLEM ",
          {"the proof denies that this name exists",
           "nothing proves that there is no such type"});
  CHECK(keys.Delv(trap.port(), "files.example.org", "TXT") != kNo);
  // An unsigned zone is not looked at.
  CHECK(DoctorOnProofs(Deployment(RemoteUnix::Get())).empty());
}

TEMPLATE_TEST_CASE("a signed zone validates where the key store says narrow",
                   "", PipeAbi, PipeUnix) {
  const KeyStore keys(/*narrow=*/true);
  Deployment deployment(TestType::Get(), kRecords,
                        Publishing(keys.PdnsOptions()));
  CheckEverything(keys, deployment.port());
  Check(keys, deployment.port(), {"example.org", "NSEC3PARAM", kYes});
}

// The zone file of pdns-config with the records above, in PowerDNS' BIND
// backend.
class SignedZoneFile {
 public:
  explicit SignedZoneFile(const KeyStore& keys) : options_(keys.PdnsOptions()) {
    const std::string zone = directory_.Write(
        "example.org.zone",
        ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/example.org.zone") +
            "alias IN CNAME files\nsub IN NS ns.sub\nns.sub IN A 192.0.2.53\n"
            "secure IN NS ns.example.net.\nsecure IN DS 12345 13 2 "
            "0123456789abcdef0123456789abcdef"
            "0123456789abcdef0123456789abcdef\n");
    const std::string named = directory_.Write(
        "named.conf",
        "zone \"example.org\" { type native; file \"" + zone + "\"; };\n");
    options_.push_back("--bind-config=" + named);
    options_.emplace_back("--launch=bind,gsqlite3,remote");
  }
  std::vector<std::string> options() const { return options_; }

 private:
  TempDirectory directory_;
  std::vector<std::string> options_;
};

TEST_CASE("a signed zone of the BIND backend validates, dynamic names too") {
  const KeyStore keys(/*narrow=*/true);
  const SignedZoneFile zone(keys);
  // The records are those of the zone file.
  Deployment deployment(
      BindRemote::Get(),
      "SADD v4:A 10.1.0.9\nSADD only4.example.org:GROUPS v4\n"
      "SADD v6:AAAA 2001:db8:a::9\nSADD only6.example.org:GROUPS v6\n",
      Publishing(zone.options()));
  CheckEverything(keys, deployment.port());
  Check(keys, deployment.port(), {"example.org", "NSEC3PARAM", kYes});
}

TEST_CASE("doctor asks about proofs in a zone of the BIND backend as well") {
  for (const bool narrow : {true, false}) {
    CAPTURE(narrow);
    const KeyStore keys(narrow);
    const SignedZoneFile zone(keys);
    const Deployment deployment(BindRemote::Get(), "", zone.options());
    const std::vector<std::string> lines = DoctorOnProofs(deployment);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with(narrow ? "ok " : "PROBLEM "));
    CHECK(lines[0].find("more zone") == std::string::npos);
  }
}

TEST_CASE(
    "doctor names one zone whose proofs are right, and counts the others") {
  KeyStore keys(/*narrow=*/false);
  keys.Sign("signed.test", /*narrow=*/false);
  const Deployment deployment(
      RemoteUnix::Get(),
      "HSET signed.test:CONFIG SOA \"ns1.signed.test. h.signed.test. "
      "1 3600 600 604800 60\" NS ns1.signed.test\n"
      "SADD ftp.signed.test:GROUPS alpha\n"
      "HSET plain.test:CONFIG SOA \"ns1.plain.test. h.plain.test. "
      "1 3600 600 604800 60\" NS ns1.plain.test\n"
      "SADD ftp.plain.test:GROUPS alpha\n",
      keys.PdnsOptions());
  const std::vector<std::string> lines = DoctorOnProofs(deployment);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("ok "));
  CHECK(lines[0].find("proved with narrow NSEC3; so is 1 more zone") !=
        std::string::npos);
}

// The steps of DNSSEC.md for a rollover: both keys sign until the old one goes.
TEST_CASE("keys are rolled over while every answer validates") {
  KeyStore keys(/*narrow=*/true);
  Deployment deployment(RemoteUnix::Get(), "", keys.PdnsOptions());
  const auto noticed = [&] {
    deployment.pdns().Control({"purge", "example.org$"});
  };
  const auto validate = [&] {
    for (const Question& question : {Question{"files.example.org", "A", kYes},
                                     {"nosuch.example.org", "A", kNo},
                                     {"example.org", "DNSKEY", kYes}}) {
      Check(keys, deployment.port(), question);
    }
  };
  const auto published = [&] {
    const std::string keys_there =
        Dig(deployment.port(), {"+short", "example.org", "DNSKEY"});
    return std::count(keys_there.begin(), keys_there.end(), '\n');
  };
  validate();
  CHECK(published() == 1);
  const std::string old = keys.AddKey();
  noticed();
  CHECK(published() == 2);
  validate();  // by the DS record of the old key
  keys.TrustNewestKey();
  validate();
  keys.RemoveKey(old);
  noticed();
  CHECK(published() == 1);
  validate();
}

}  // namespace
}  // namespace groupring::testing
