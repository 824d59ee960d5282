#include "backend/setup/setup_plan.h"

#include <optional>
#include <string>
#include <vector>

#include "backend/setup/texts.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

SetupAnswers Answers() {
  return {SetupMode::kRemoteUnix, "redis://127.0.0.1:6379/0", "pdns", ""};
}

// Debian's own pdns.conf.
SetupFiles Debian(const std::string& more = "") {
  SetupFiles files;
  files.settings = {"/etc/groupring/groupring.toml", kSampleSettings};
  const std::string text = "include-dir=/etc/powerdns/pdns.d\nlaunch=\n" + more;
  files.pdns_conf = {"/etc/powerdns/pdns.conf", text};
  files.pdns = ParsePdnsSettings(text);
  files.snippet = {SnippetPath(files.pdns_conf.path, files.pdns), std::nullopt};
  return files;
}

const FileChange* ChangeOf(const SetupPlan& plan, const std::string& path) {
  for (const FileChange& change : plan.changes) {
    if (change.path == path) return &change;
  }
  return nullptr;
}

const char* const kSnippet = "/etc/powerdns/pdns.d/zz-groupring.conf";

// What PowerDNS goes by once the plan is written.
PdnsSettings Afterwards(const SetupFiles& files, const SetupPlan& plan) {
  const FileChange* const conf = ChangeOf(plan, files.pdns_conf.path);
  const FileChange* const snippet = ChangeOf(plan, files.snippet.path);
  REQUIRE(snippet != nullptr);
  return ParsePdnsSettings(
      snippet->after,
      ParsePdnsSettings(conf != nullptr ? conf->after : *files.pdns_conf.text));
}

TEST_CASE("setup: the built-in files are those of pdns-config") {
  const std::string folder = GROUPRING_SOURCE_DIR "/pdns-config/";
  CHECK(kSampleSettings == testing::ReadFile(folder + "groupring.toml"));
  CHECK(kBesideConf == testing::ReadFile(folder + "beside.conf"));
}

TEST_CASE("setup: a setting is one line that is replaced, and nothing else") {
  const std::string text =
      "# url = \"no\"\n[redis]\n# a comment\nurl = \"old\"  # why\n"
      "[node]\nname = \"\"\n";
  std::vector<LineChange> lines;
  CHECK(WithSetting(text, "redis", "url", "new", &lines) ==
        "# url = \"no\"\n[redis]\n# a comment\nurl = \"new\"\n"
        "[node]\nname = \"\"\n");
  CHECK(lines ==
        std::vector<LineChange>{{"url = \"old\"  # why", "url = \"new\""}});
}

TEST_CASE("setup: a setting that is not there joins its section") {
  std::vector<LineChange> lines;
  CHECK(WithSetting("[redis]\nread = \"local\"\n", "redis", "url", "u",
                    &lines) == "[redis]\nurl = \"u\"\nread = \"local\"\n");
  CHECK(WithSetting("[redis]", "node", "name", "a\"b", &lines) ==
        "[redis]\n\n[node]\nname = \"a\\\"b\"\n");
  CHECK(lines.size() == 3);
}

TEST_CASE("setup: a setting that is right already is no change") {
  std::vector<LineChange> lines;
  const std::string text = "[redis]\nurl = \"u\"\n";
  CHECK(WithSetting(text, "redis", "url", "u", &lines) == text);
  CHECK(lines.empty());
}

TEST_CASE("setup: a fresh Debian gets settings and one file for PowerDNS") {
  const SetupFiles files = Debian();
  const auto plan = PlanSetup(Answers(), files);
  REQUIRE(plan.ok());
  REQUIRE(plan->changes.size() == 2);
  const FileChange* const settings =
      ChangeOf(*plan, "/etc/groupring/groupring.toml");
  REQUIRE(settings != nullptr);
  const auto parsed = ParseSettings(settings->after, "x");
  REQUIRE(parsed.ok());
  CHECK(parsed->redis.url == "redis://127.0.0.1:6379/0");
  CHECK(parsed->listen.socket_group == "pdns");
  CHECK(settings->lines.size() == 2);

  const PdnsSettings pdns = Afterwards(files, *plan);
  CHECK(pdns.at("remote-connection-string") ==
        "unix:path=/run/groupring/remote.sock,timeout=1000");
  // Nothing else is launched.
  CHECK(pdns.at("consistent-backends") == "no");
  for (const Diagnostic& finding : CheckPdnsSettings(pdns, "x")) {
    INFO(ToText(finding));
    CHECK(finding.severity == Severity::kInfo);
  }
}

TEST_CASE("setup: behind other backends, whose names do not miss groupring") {
  const SetupFiles files = Debian("launch+=gmysql\n");
  const auto plan = PlanSetup(Answers(), files);
  REQUIRE(plan.ok());
  const PdnsSettings pdns = Afterwards(files, *plan);
  CHECK(pdns.at("launch").ends_with("gmysql,remote"));
  CHECK(pdns.at("consistent-backends") == "yes");
}

TEST_CASE("setup: over HTTP PowerDNS asks where the settings listen") {
  SetupFiles files = Debian();
  files.settings.text = "[listen]\nhttp = \"127.0.0.1:9000\"\n";
  SetupAnswers answers = Answers();
  answers.mode = SetupMode::kRemoteHttp;
  const auto plan = PlanSetup(answers, files);
  REQUIRE(plan.ok());
  CHECK(Afterwards(files, *plan).at("remote-connection-string") ==
        "http:url=http://127.0.0.1:9000/dns,post=1,post_json=1,timeout=1000");
  files.settings.text = "[listen]\nhttp = \"\"\n";
  CHECK(PlanSetup(answers, files).status().message().find("[listen] http") !=
        std::string::npos);
}

TEST_CASE("setup: a pdns.conf that includes nothing gets a line for it") {
  SetupFiles files = Debian();
  files.pdns_conf.text = "launch=bind";
  files.pdns = ParsePdnsSettings(*files.pdns_conf.text);
  files.snippet.path = SnippetPath(files.pdns_conf.path, files.pdns);
  CHECK(files.snippet.path == kSnippet);
  const auto plan = PlanSetup(Answers(), files);
  REQUIRE(plan.ok());
  const FileChange* const conf = ChangeOf(*plan, "/etc/powerdns/pdns.conf");
  REQUIRE(conf != nullptr);
  CHECK(conf->after == "launch=bind\ninclude-dir=/etc/powerdns/pdns.d\n");
}

TEST_CASE("setup: the same again writes nothing") {
  SetupFiles files = Debian();
  const auto first = PlanSetup(Answers(), files);
  REQUIRE(first.ok());
  files.settings.text = ChangeOf(*first, files.settings.path)->after;
  files.snippet.text = ChangeOf(*first, kSnippet)->after;
  files.pdns = Afterwards(files, *first);
  // The include-dir's other files say nothing of other backends.
  const auto second = PlanSetup(Answers(), files);
  REQUIRE(second.ok());
  CHECK(second->changes.empty());
}

TEST_CASE("setup: a PowerDNS that asks this groupring already is left alone") {
  const auto plan = PlanSetup(
      Answers(),
      Debian("launch=remote\nremote-connection-string=unix:path=/run/groupring/"
             "remote.sock,timeout=500\n"));
  REQUIRE(plan.ok());
  CHECK(plan->connected);
  CHECK(ChangeOf(*plan, kSnippet) == nullptr);
  CHECK(plan->changes.size() == 1);
}

TEST_CASE("setup: another remote backend is for the operator to decide on") {
  const auto plan = PlanSetup(
      Answers(), Debian("launch=remote\nremote-connection-string=unix:path=/"
                        "run/other.sock\n"));
  CHECK(plan.status().message().find("/run/other.sock") != std::string::npos);
}

TEST_CASE("setup: what it cannot work with is said") {
  SetupFiles files = Debian();
  files.pdns_conf.text.reset();
  CHECK(PlanSetup(Answers(), files).status().message().find("pdns-server") !=
        std::string::npos);
  files = Debian();
  files.settings.text = "[redis]\nnonsense = 1\n";
  CHECK(PlanSetup(Answers(), files).status().message().find("nonsense") !=
        std::string::npos);
}

TEST_CASE("setup: what is taken back is what stood there before") {
  const FileChange change{"/f", "mine\n", "setup's\n", {}};
  const SetupRecord record = RecordOf(change, std::nullopt);
  CHECK(UndoStepOf(record, "setup's\n") == UndoStep::kRestore);
  CHECK(UndoStepOf(record, "mine\n") == UndoStep::kNothing);
  CHECK(UndoStepOf(record, "edited\n") == UndoStep::kKeep);
  CHECK(UndoStepOf(record, std::nullopt) == UndoStep::kKeep);
  const SetupRecord fresh = RecordOf({"/f", std::nullopt, "new\n", {}}, {});
  CHECK(UndoStepOf(fresh, "new\n") == UndoStep::kRemove);
  CHECK(UndoStepOf(fresh, std::nullopt) == UndoStep::kNothing);
}

TEST_CASE("setup: a second setup keeps what stood there before the first") {
  const SetupRecord first =
      RecordOf({"/f", "mine\n", "one\n", {}}, std::nullopt);
  CHECK(RecordOf({"/f", "one\n", "two\n", {}}, first).before == "mine\n");
  // Unless somebody has edited it in between.
  CHECK(RecordOf({"/f", "edited\n", "two\n", {}}, first).before == "edited\n");
}

}  // namespace
}  // namespace groupring::backend
