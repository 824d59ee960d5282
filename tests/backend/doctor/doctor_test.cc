#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "backend/doctor/data_checks.h"
#include "backend/doctor/pdns_settings.h"
#include "backend/doctor/redis_checks.h"
#include "backend/report/diagnostic_text.h"
#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

// The finding that contains the text; its level decides the tests.
Severity LevelOf(const Diagnostics& findings, const std::string& text) {
  for (const Diagnostic& finding : findings) {
    if (finding.message.find(text) == std::string::npos) continue;
    // What is not well must say what to do.
    CHECK((finding.severity == Severity::kInfo) == finding.advice.empty());
    return finding.severity;
  }
  FAIL("nothing found about: " << text << "\n" << DiagnosticsText(findings));
  return Severity::kInfo;
}

Diagnostics OfPdns(const std::string& conf) {
  return CheckPdnsSettings(ParsePdnsSettings(conf), "pdns.conf");
}

TEST_CASE("doctor: the pdns.conf files that are shipped have no problem") {
  for (const std::string file :
       {"remote-unix.conf", "remote-http.conf", "remote-pipe.conf",
        "pipe-abi.conf", "pipe-unix.conf", "bind-remote.conf",
        "embedded.conf"}) {
    CAPTURE(file);
    std::ifstream in(GROUPRING_SOURCE_DIR "/pdns-config/" + file);
    REQUIRE(in);
    std::ostringstream text;
    text << in.rdbuf();
    const Diagnostics findings = OfPdns(text.str());
    INFO(DiagnosticsText(findings));
    // The coprocess mode has a warning that belongs to it.
    CHECK(GravestOf(findings) ==
          (file == "remote-pipe.conf" ? Severity::kWarning : Severity::kInfo));
  }
}

TEST_CASE("doctor: PowerDNS' defaults are found wanting") {
  const Diagnostics findings = OfPdns(
      "launch=remote\n"
      "remote-connection-string=unix:path=/x\n");
  CHECK(LevelOf(findings, "edns-subnet-processing=no") == Severity::kError);
  CHECK(LevelOf(findings, "consistent-backends=yes") == Severity::kWarning);
  CHECK(LevelOf(findings, "negquery-cache-ttl=60") == Severity::kWarning);
}

TEST_CASE("doctor: beside another backend consistent-backends=yes is right") {
  const std::string rest = "\nremote-connection-string=unix:path=/x\n";
  for (const char* launch :
       {"gsqlite3,remote", ",bind, remote", "gmysql:a,remote:b"}) {
    CAPTURE(launch);
    CHECK(LevelOf(OfPdns(std::string("launch=") + launch + rest),
                  "consistent-backends=yes") == Severity::kInfo);
  }
  for (const char* launch : {"remote,gsqlite3", "remote:b,gmysql:a"}) {
    CAPTURE(launch);
    CHECK(LevelOf(OfPdns(std::string("launch=") + launch + rest),
                  "consistent-backends=yes") == Severity::kWarning);
  }
}

TEST_CASE("doctor: settings that keep PowerDNS from working are problems") {
  const std::string good =
      "edns-subnet-processing=yes\nconsistent-backends=no\n"
      "negquery-cache-ttl=10\n";
  CHECK(LevelOf(OfPdns("launch=bind\n"), "has no backend") == Severity::kError);
  CHECK(LevelOf(OfPdns(good + "launch=pipe\npipe-command=/x\n"),
                "cannot list zones") == Severity::kError);
  CHECK(LevelOf(OfPdns(good + "launch=pipe\nzone-cache-refresh-interval=0\n"
                              "pipe-command=/x\n"),
                "pipe-abi-version=1") == Severity::kError);
  CHECK(LevelOf(OfPdns(good + "launch=remote\nremote-connection-string="
                              "http:url=http://127.0.0.1:8470/dns,timeout=500"),
                "counts as 0 seconds") == Severity::kError);
  CHECK(LevelOf(OfPdns(good + "launch=remote\nremote-connection-string="
                              "http:url=http://127.0.0.1:8470/,post=1"),
                "is not where groupring answers") == Severity::kError);
  CHECK(LevelOf(OfPdns(good + "launch=remote\nremote-connection-string="
                              "http:url=http://127.0.0.1:8470/dns,post_json=1"),
                "does nothing without post=1") == Severity::kWarning);
  CHECK(LevelOf(OfPdns(good + "launch=remote:a\nremote-a-connection-string="
                              "zeromq:endpoint=x"),
                "is nothing that groupring listens on") == Severity::kError);
}

TEST_CASE("doctor: pdns.conf is read as PowerDNS reads it") {
  const PdnsSettings settings = ParsePdnsSettings(
      "# comment\n a = b # more\n\nlaunch=bind\nlaunch+=remote\nquiet\r\n"
      "a=c\n");
  CHECK(settings.at("a") == "c");
  CHECK(settings.at("launch") == "bind,remote");
  CHECK(settings.at("quiet") == "yes");
}

TEST_CASE("doctor: pdns.conf goes on after a backslash, and not at every #") {
  const PdnsSettings settings = ParsePdnsSettings(
      "launch=remote,\\\nbind\nsocket-dir=/run/a#b\n#launch=lua2\nx=1 #y\n"
      "last=a\\");
  CHECK(settings.at("launch") == "remote,bind");
  CHECK(settings.at("socket-dir") == "/run/a#b");
  CHECK(settings.at("x") == "1");
  CHECK(settings.at("last") == "a\\");
}

TEST_CASE("doctor: the files of include-dir are read after pdns.conf") {
  const testing::TempDirectory directory;
  std::filesystem::create_directory(directory / "pdns.d");
  const std::string conf = directory.Write(
      "pdns.conf", "include-dir=" + (directory / "pdns.d") +
                       "\nlaunch=\nedns-subnet-processing=yes\n");
  directory.Write("pdns.d/20-groupring.conf", "launch+=remote\n");
  directory.Write("pdns.d/10-bind.conf",
                  "launch+=bind\nedns-subnet-processing=no\n");
  directory.Write("pdns.d/30-off.conf.bak", "launch=lua2\n");
  directory.Write("pdns.d/.hidden.conf", "launch=lua2\n");
  std::vector<std::string> files;
  const auto settings = ReadPdnsSettings(conf, &files);
  REQUIRE(settings.ok());
  CHECK(settings->at("launch") == "bind,remote");
  CHECK(settings->at("edns-subnet-processing") == "no");
  CHECK(files ==
        std::vector<std::string>{conf, directory / "pdns.d/10-bind.conf",
                                 directory / "pdns.d/20-groupring.conf"});
}

TEST_CASE("doctor: an include-dir that cannot be read is an error") {
  const testing::TempDirectory directory;
  const std::string conf =
      directory.Write("pdns.conf", "include-dir=/nowhere/pdns.d\n");
  std::vector<std::string> files;
  const auto settings = ReadPdnsSettings(conf, &files);
  REQUIRE_FALSE(settings.ok());
  CHECK(settings.status().message().find("include-dir=/nowhere/pdns.d") == 0);
  CHECK_FALSE(ReadPdnsSettings(directory / "none.conf", &files).ok());
}

RedisFacts Sound() {
  RedisFacts facts;
  facts.info = ParseInfo(
      "# Server\r\nredis_version:7.0.15\r\nrole:master\r\n"
      "maxmemory:0\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n"
      "rdb_last_bgsave_status:ok\r\n");
  return facts;
}

TEST_CASE("doctor: a sound Redis has no problem") {
  const Diagnostics findings = CheckRedis(Sound());
  INFO(DiagnosticsText(findings));
  CHECK(GravestOf(findings) == Severity::kInfo);
  CHECK(LevelOf(findings, "Redis 7.0.15") == Severity::kInfo);
}

TEST_CASE("doctor: a Valkey is named as what it is") {
  RedisFacts facts = Sound();
  facts.info["redis_version"] = "7.2.4";
  facts.info["valkey_version"] = "8.1.1";
  CHECK(LevelOf(CheckRedis(facts), "Valkey 8.1.1") == Severity::kInfo);
}

TEST_CASE("doctor: what can go wrong with a Redis is said") {
  RedisFacts facts = Sound();
  facts.info["redis_version"] = "5.0.14";
  CHECK(LevelOf(CheckRedis(facts), "5.0.14 cannot announce") ==
        Severity::kWarning);
  facts = Sound();
  facts.info["maxmemory"] = "100000000";
  facts.info["maxmemory_policy"] = "allkeys-lru";
  CHECK(LevelOf(CheckRedis(facts), "allkeys-lru") == Severity::kError);
  facts.info["maxmemory_policy"] = "volatile-lru";
  CHECK(LevelOf(CheckRedis(facts), "volatile-lru") == Severity::kInfo);
  facts = Sound();
  facts.info["aof_enabled"] = "0";
  facts.info["saves_configured"] = "0";
  CHECK(LevelOf(CheckRedis(facts), "nothing is saved") == Severity::kWarning);
  facts.info.erase("saves_configured");
  const Diagnostics unknown = CheckRedis(facts);
  CHECK(std::any_of(unknown.begin(), unknown.end(), [](const auto& finding) {
    return finding.code == DiagnosticCode::kNotChecked &&
           finding.message.starts_with("whether Redis saves its data");
  }));
  facts.info["rdb_last_bgsave_status"] = "err";
  CHECK(LevelOf(CheckRedis(facts), "could not save") == Severity::kError);
  facts = Sound();
  facts.info["role"] = "slave";
  facts.can_write = false;
  CHECK(LevelOf(CheckRedis(facts), "is a replica") == Severity::kWarning);
  facts = Sound();
  facts.can_follow = false;
  facts.denied = {"our user may not run SRANDMEMBER"};
  CHECK(LevelOf(CheckRedis(facts), "may not use CLIENT TRACKING") ==
        Severity::kWarning);
  CHECK(LevelOf(CheckRedis(facts), "SRANDMEMBER") == Severity::kError);
}

Diagnostics OfData(const DatasetText& data,
                   const std::vector<std::string>& complaints = {}) {
  redis::DatasetChange change;
  change.everything = true;
  return CheckData(*SnapshotBuilder([](Severity, const std::string&) {
                    }).Apply(data.dataset(), change, kNow),
                   complaints, kNow);
}

DatasetText SoundData() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g2"}));
  data.SetGroup("g1", {"192.0.2.1"}, {"2001:db8::1"});
  data.SetGroup("g2", {"192.0.2.2"}, {"2001:db8::2"});
  return data;
}

TEST_CASE("doctor: sound data is said to be sound") {
  const Diagnostics findings = OfData(SoundData());
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::kInfo);
}

TEST_CASE("doctor: what is unsound in the data is said") {
  CHECK(LevelOf(OfData(DatasetText()), "holds no names") == Severity::kError);
  CHECK(LevelOf(OfData(SoundData(), {"g1:A: \"x\" is no address"}),
                "is no address") == Severity::kError);
  DatasetText data = SoundData();
  data.SetGroup("g2", {"192.0.2.2"}, {});
  CHECK(LevelOf(OfData(data), "uneven families: g2 has no AAAA") ==
        Severity::kWarning);
  data = SoundData();
  data.SetGroup("g2", {"192.0.2.2", "127.0.0.1"}, {"2001:db8::2"});
  CHECK(LevelOf(OfData(data), "each client would connect to itself") ==
        Severity::kWarning);
  data = SoundData();
  data.SetGroup("g2", {}, {});
  CHECK(LevelOf(OfData(data), "has no addresses") == Severity::kError);
  data = SoundData();
  data.SetGroup("g2", {"192.0.2.2"}, {"2001:db8::2"}, Disabled());
  CHECK(LevelOf(OfData(data), "DISABLED") == Severity::kWarning);
  data.SetGroup("g1", {"192.0.2.2"}, {"2001:db8::2"}, Disabled());
  CHECK(LevelOf(OfData(data), "has no group in service") == Severity::kError);
  data = SoundData();
  DatasetText::Name apex = DatasetText::Apex();
  apex.config.ns = {"ns1.example.org"};
  data.Set("example.org", apex);
  CHECK(LevelOf(OfData(data), "lies in the zone and has no address") ==
        Severity::kWarning);
  data = SoundData();
  data.Set("one.example.org", DatasetText::OnGroups({"g1"}));
  data.Set("none.example.org", DatasetText::OnGroups({}));
  data.Set("ftp.elsewhere.test", DatasetText::OnGroups({"g1", "g2"}));
  CHECK(LevelOf(OfData(data), "has a single group") == Severity::kWarning);
  CHECK(LevelOf(OfData(data), "has no groups") == Severity::kError);
  CHECK(LevelOf(OfData(data), "lies in no zone") == Severity::kWarning);
}

TEST_CASE("doctor: findings for people and for programs") {
  const Diagnostics findings = {
      {Severity::kInfo, DiagnosticCode::kRedisRole, "redis", "fine", ""},
      {Severity::kError, DiagnosticCode::kNoGroupInService, "ftp.x", "bad",
       "mend it"}};
  CHECK(DiagnosticsText(findings) ==
        "ok       redis  fine\n"
        "PROBLEM  ftp.x  bad\n"
        "                -> mend it\n");
  const auto json = nlohmann::json::parse(DiagnosticsJson(findings));
  CHECK(json["findings"][0]["level"] == "ok");
  CHECK(json["findings"][1]["level"] == "problem");
  CHECK(json["findings"][1]["code"] == "no_group_in_service");
  CHECK(GravestOf(findings) == Severity::kError);
  CHECK(GravestOf({}) == Severity::kInfo);
}

}  // namespace
}  // namespace groupring::backend
