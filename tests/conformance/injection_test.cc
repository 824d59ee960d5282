// Values in Redis that try to be a line, a field or JSON of their own. The
// drivers refuse an answer with a field too many; that questions and answers
// stay in step shows that no answer has a line too many.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/conformance/stage.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_data.h"
#include "tests/support/utf8.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

const std::vector<std::string> kQuestions = {"ANY", "A",   "AAAA", "SOA",
                                             "NS",  "TXT", "MX"};

std::string Name(size_t i) { return "n" + std::to_string(i) + ".example.org"; }
std::string Zone(size_t i) { return "z" + std::to_string(i) + ".test"; }

bool HasControls(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ';
  });
}

// The address that hostile values want to be answered.
bool IsEvil(const BackendRecord& record) {
  return record.type == "A" && record.content == "192.0.2.66";
}

// Whatever is answered was asked for, and is of a kind that can be there.
void CheckReply(const BackendReply& reply, const std::string& name) {
  for (const BackendRecord& record : reply.records) {
    INFO(record.name << " " << record.type << " " << record.content);
    CHECK(record.name == name);
    CHECK_FALSE(IsEvil(record));
    CHECK_FALSE(HasControls(record.content));
    CHECK_FALSE(HasControls(record.type));
    CHECK(record.ttl_seconds >= 0);
  }
}

TEMPLATE_TEST_CASE("no value in Redis makes an answer of its own", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(HostileData());
  const size_t texts = HostileTexts().size();
  for (int i = 0; i < 20; ++i) {
    const BackendReply reply = stage.Ask(Subnet4(i), "files.example.org");
    CheckReply(reply, "files.example.org");
    REQUIRE(reply.records.size() == 2);
    CHECK_FALSE(GroupIn(reply, "A").empty());
    CHECK(GroupIn(reply, "AAAA") == GroupIn(reply, "A"));
  }
  for (size_t i = 0; i < texts; ++i) {
    const BackendReply name = stage.Ask(Subnet4(1), Name(i));
    CheckReply(name, Name(i));
    CHECK(name.Content("A") == std::vector<std::string>{"192.0.2.9"});
    CHECK(name.records.size() == 1);
    const BackendReply www = stage.Ask(Subnet4(1), "www." + Zone(i));
    CheckReply(www, "www." + Zone(i));
    CHECK(www.records.size() <= 1);
    for (const std::string& type : kQuestions) {
      CheckReply(stage.Ask(Subnet4(1), Zone(i), type), Zone(i));
      CheckReply(stage.Ask(Subnet4(1), "txt." + Zone(i), type),
                 "txt." + Zone(i));
    }
    // Still in step.
    const BackendReply mail = stage.Ask(Subnet4(1), "mail.example.org");
    REQUIRE(mail.records.size() == 1);
    REQUIRE(mail.records[0].content == "192.0.2.25");
  }
}

TEMPLATE_TEST_CASE("a zone of hostile values is listed, and nothing else", "",
                   EVERY_DRIVER) {
  Stage<TestType> stage(HostileData());
  const size_t texts = HostileTexts().size();
  std::vector<std::string> zones = {"example.org"};
  for (size_t i = 0; i < texts; ++i) zones.push_back(Zone(i));
  for (const std::string& zone : zones) {
    const BackendReply soa = stage.client().Ask({.name = zone, .type = "SOA"});
    INFO(zone);
    REQUIRE(soa.records.size() == 1);
    const std::string& content = soa.records[0].content;
    CHECK(std::count(content.begin(), content.end(), ' ') == 6);
    const int64_t id = soa.records[0].domain_id;
    const BackendReply list = stage.client().List(zone, id);
    CHECK_FALSE(list.error);
    CHECK(list.Content("SOA").size() == 1);
    for (const BackendRecord& record : list.records) {
      CHECK(record.domain_id == id);
      CHECK((record.name == zone || record.name.ends_with("." + zone)));
      CHECK_FALSE(IsEvil(record));
    }
  }
}

TEMPLATE_TEST_CASE("every zone is told of with a name in presentation format",
                   "", EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage(HostileData());
  const auto domains =
      stage.client().Call("getAllDomains", {{"include_disabled", true}});
  REQUIRE(domains);
  std::set<std::string> zones;
  for (const json& domain : *domains) {
    CHECK(domain.size() == 3);
    const auto zone = domain.at("zone").template get<std::string>();
    INFO(zone);
    // A backslash is followed by a character or by three digits up to 255.
    for (size_t at = zone.find('\\'); at != std::string::npos;
         at = zone.find('\\', at + 2)) {
      const std::string rest = zone.substr(at + 1);
      const bool digits = rest.find_first_not_of("0123456789") >= 3 &&
                          rest.substr(0, 3) <= "255";
      const bool digit = rest.find_first_of("0123456789") == 0;
      CHECK((digit ? digits : rest.size() > 1));
    }
    zones.insert(zone);
  }
  for (size_t i = 0; i < HostileTexts().size(); ++i) {
    CHECK(zones.contains(Zone(i) + "."));
  }
}

// Commands that can be asked through any connector, and how many lines there
// are at least.
struct Asked {
  std::string command;
  size_t lines;
};

std::vector<Asked> Commands() {
  const size_t groups = 3 + HostileTexts().size();
  std::vector<Asked> commands = {{"group list", groups + 1},
                                 {"name list", HostileTexts().size() + 4},
                                 {"status", 3},
                                 {"explain files.example.org 198.51.100.7", 5},
                                 {"group show g\"", 2},
                                 {"group show g\\", 2},
                                 {"group show gx\xff", 1},
                                 {"name show files.example.org", 5},
                                 {"name show n\x1b[31m", 1}};
  const size_t plain = commands.size();
  for (size_t i = 0; i < plain; ++i) {
    commands.push_back({commands[i].command + " --json", 0});
  }
  return commands;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void CheckText(const std::string& text) {
  const std::vector<std::string> lines = Lines(text);
  for (const std::string& line : lines) {
    INFO(line.substr(0, 400));
    REQUIRE(IsPlainText(line));
  }
  if (text.starts_with('{')) {
    REQUIRE(json::accept(text));
  } else {
    // Nothing that somebody wrote begins a line.
    for (const std::string& line : lines) {
      CHECK_FALSE(line.starts_with("END"));
      CHECK_FALSE(line.starts_with("DATA"));
      CHECK_FALSE(line.starts_with("FAIL"));
      CHECK(line.size() < 20000);
    }
  }
}

// (PowerDNS has no way to send a command over HTTP GET.)
TEMPLATE_TEST_CASE("answers to commands are lines of their own making", "",
                   RemoteOnUnixSocket, RemoteHttpPost, RemoteHttpPostJson,
                   RemoteOnStdio) {
  Stage<TestType> stage(HostileData());
  for (const Asked& asked : Commands()) {
    // What is no UTF-8 cannot be asked in JSON.
    if (asked.command.find('\xff') != std::string::npos) continue;
    const auto text =
        stage.client().Call("directBackendCmd", {{"query", asked.command}});
    INFO(asked.command);
    REQUIRE(text);
    const auto answer = text->template get<std::string>();
    CheckText(answer);
    CHECK(Lines(answer).size() >= asked.lines);
  }
  CHECK(stage.Ask(Subnet4(1), "mail.example.org").records.size() == 1);
}

TEST_CASE("pipe ABI 5: answers to commands end at END and nowhere before") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringServer server(redis.url());
  UnixStream stream(server.settings().pipe_socket());
  stream.lines().Send("HELO\t5\n");
  REQUIRE(stream.lines().ReadLine() == "OK\tgroupring");
  for (const Asked& asked : Commands()) {
    INFO(asked.command);
    stream.lines().Send("CMD\t" + asked.command + "\n");
    std::string text;
    size_t lines = 0;
    while (true) {
      const auto line = stream.lines().ReadLine();
      REQUIRE(line);
      if (*line == "END") break;
      text += *line + "\n";
      ++lines;
    }
    CheckText(text);
    CHECK(lines >= asked.lines);
    // What comes next is the answer to the next question.
    stream.lines().Send(
        "Q\tmail.example.org\tIN\tANY\t-1\t192.0.2.1\t192.0.2.1\t"
        "192.0.2.1/32\n");
    const auto data = stream.lines().ReadLine();
    REQUIRE(data);
    CHECK(data->ends_with("\t192.0.2.25"));
    REQUIRE(stream.lines().ReadLine() == "END");
  }
}

TEST_CASE("/api/v1 answers strict JSON that steers no terminal") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  const GroupringServer server(redis.url());
  HttpConnection connection(server.settings().http_port());
  for (const char* target :
       {"/api/v1/status", "/api/v1/groups", "/api/v1/names",
        "/api/v1/explain?name=files.example.org&client=198.51.100.7",
        "/api/v1/explain?name=%1b%5b31m%ff&client=198.51.100.7",
        "/api/v1/explain?name=x&client=%0a%c2%9b"}) {
    INFO(target);
    const HttpResponse response = connection.Exchange(
        std::string("GET ") + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    CHECK((response.status == 200 || response.status == 400));
    CheckText(response.body);
    CHECK(json::accept(response.body));
  }
  const HttpResponse groups = connection.Exchange(
      "GET /api/v1/groups HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(json::parse(groups.body).at("groups").size() ==
        3 + HostileTexts().size());
  CHECK(connection.connects() == 1);
}

TEST_CASE("whatever is in Redis, a line of the log is a line of the log") {
  RedisServer redis;
  redis.Run(SampleData(false) + HostileData());
  GroupringServer server(redis.url());
  UnixStream stream(server.settings().remote_socket());
  // A fault that repeats what was asked.
  stream.lines().Send("\x1b[31m{\"method\"\n");
  CHECK_FALSE(stream.lines().ReadLine().value_or("").starts_with("x"));
  const std::vector<std::string> lines = Lines(server.process().Log());
  CHECK(lines.size() > 100);
  for (const std::string& line : lines) {
    INFO(line.substr(0, 400));
    CHECK(IsPlainText(line));
    CHECK(line.starts_with("20"));
    CHECK(line.find("Z groupring[") == 23);
    CHECK(line.size() < 5000);
  }
}

}  // namespace
}  // namespace groupring::testing
