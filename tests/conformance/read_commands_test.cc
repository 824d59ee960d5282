// Questions that are answered over every protocol, and over HTTP: they show
// and never change anything.
#include <set>
#include <string>
#include <vector>

#include "tests/conformance/remote_http.h"
#include "tests/conformance/stage.h"
#include "tests/support/catch.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

const std::vector<std::string> kChanges = {
    "group disable alpha",
    "group drain alpha --over 30m",
    "group weight files.example.org alpha 0",
    "name set files.example.org TTL=1",
    "name remove files.example.org --force",
    "address add alpha 192.0.2.1",
    "address block 10.1.0.1",
    "plan disable alpha",
    "group list ; group disable alpha"};

constexpr const char* kNameServersElsewhere =
    "HSET example.org:CONFIG NS ns1.example.com\n"
    "HSET example.net:CONFIG NS ns1.example.com\n";

std::string AllKeys(RedisServer& redis) {
  return redis.Run(
      "EVAL \"local all = {} local keys = redis.call('KEYS', '*') "
      "table.sort(keys) for _, key in ipairs(keys) do if not "
      "string.find(key, 'groupring:', 1, true) then all[#all + 1] = key "
      "all[#all + 1] = redis.sha1hex(redis.call('DUMP', key)) end end "
      "return all\" 0");
}

TEMPLATE_TEST_CASE("directBackendCmd answers questions and changes nothing", "",
                   EVERY_REMOTE_DRIVER) {
  Stage<TestType> stage;
  const auto ask = [&](const std::string& query) {
    const auto reply =
        stage.client().Call("directBackendCmd", {{"query", query}});
    REQUIRE(reply);
    REQUIRE(reply->is_string());
    return reply->template get<std::string>();
  };
  // The sample's name servers lie in the zone and have no addresses.
  CHECK(
      ask("status").find("the name server ns1.example.org lies in the zone") !=
      std::string::npos);
  stage.redis().Run(kNameServersElsewhere);
  CHECK(WaitUntil([&] {
    return ask("status").find("all groups in service, no problems\n") == 0;
  }));
  CHECK(ask("group list").find("alpha    in service") != std::string::npos);
  CHECK(ask("group show alpha").find("files.example.org") != std::string::npos);
  CHECK(ask("explain files.example.org 198.51.100.0/24").find("answered by ") !=
        std::string::npos);
  for (const char* query :
       {"status --json", "group list --json", "group show alpha --json",
        "explain files.example.org 198.51.100.0/24 --json"}) {
    CAPTURE(query);
    CHECK(json::parse(ask(query)).at("version") == 1);
  }
  const std::string before = AllKeys(stage.redis());
  for (const std::string& change : kChanges) {
    CAPTURE(change);
    CHECK(ask(change).find("groupring answers here: status | ") == 0);
  }
  CHECK(AllKeys(stage.redis()) == before);
}

TEST_CASE("the pipe ABI's CMD answers questions and changes nothing") {
  RedisServer redis;
  redis.Run(SampleData(false) + kNameServersElsewhere);
  const GroupringServer server(redis.url());
  UnixStream stream(server.settings().pipe_socket());
  const auto say = [&](const std::string& line) {
    REQUIRE(stream.lines().Send(line + "\n"));
    std::string text;
    for (;;) {
      const auto reply = stream.lines().ReadLine();
      REQUIRE(reply);
      if (*reply == "END") return text;
      text += *reply + "\n";
    }
  };
  REQUIRE(stream.lines().Send("HELO\t5\n"));
  REQUIRE(stream.lines().ReadLine() == "OK\tgroupring");
  CHECK(say("CMD\tstatus").find("all groups in service, no problems\n") == 0);
  CHECK(say("CMD\tgroup show bravo").find("bravo: in service\n") == 0);
  CHECK(json::parse(say("CMD\tgroup list --json")).at("groups").size() == 3);
  const std::string before = AllKeys(redis);
  for (const std::string& change : kChanges) {
    CAPTURE(change);
    CHECK(say("CMD\t" + change).find("groupring answers here: status | ") == 0);
  }
  CHECK(AllKeys(redis) == before);
}

class Pages {
 public:
  explicit Pages(uint16_t port) : connection_(port) {}

  HttpResponse Ask(const std::string& verb, const std::string& path,
                   const std::string& body = "") {
    std::string request =
        verb + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (verb != "GET") {
      request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return connection_.Exchange(request + "\r\n" + body);
  }
  json Get(const std::string& path) {
    const HttpResponse response = Ask("GET", path);
    INFO(path << ": " << response.body);
    REQUIRE(response.status == 200);
    const json body = json::parse(response.body);
    CHECK(body.at("version") == 1);
    return body;
  }

 private:
  HttpConnection connection_;
};

// The names of an object's fields, as the page documents them.
std::set<std::string> Fields(const json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

TEST_CASE("HTTP: the pages hold the fields that are documented") {
  RedisServer redis;
  redis.Run(SampleData(false) +
            "HSET alpha:STATE state disabled reason disk\n");
  const GroupringServer server(redis.url());
  Pages pages(server.settings().http_port());

  const json status = pages.Get("/api/v1/status");
  CHECK(Fields(status) == std::set<std::string>{"version",
                                                "groupring",
                                                "zones",
                                                "names",
                                                "groups",
                                                "redis_connected",
                                                "redis_loaded",
                                                "redis_tracking",
                                                "redis_silent_seconds",
                                                "doubting",
                                                "answers_from",
                                                "answers_from_since",
                                                "doubted_names",
                                                "malformed",
                                                "generation",
                                                "snapshot",
                                                "snapshot_age_seconds",
                                                "out",
                                                "problems",
                                                "weight_courses",
                                                "diagnostics"});
  CHECK(status["out"][0] == "alpha DISABLED (\"disk\")");
  CHECK(status["redis_connected"] == true);

  const json groups = pages.Get("/api/v1/groups");
  REQUIRE(groups["groups"].size() == 3);
  CHECK(groups["groups"][0]["group"] == "alpha");
  CHECK(groups["groups"][0]["state"] == "DISABLED");
  CHECK(groups["groups"][1]["a"].size() == 3);

  const json names = pages.Get("/api/v1/names");
  REQUIRE(names["names"].size() == 5);
  CHECK(names["names"][1]["name"] == "example.org");
  CHECK(names["names"][1]["mode"] == "zone");
  CHECK(names["names"][2]["groups"].size() == 3);

  const json explained = pages.Get(
      "/api/v1/explain?name=FILES.example.org.&client=198.51.100.0%2F24");
  CHECK(Fields(explained) == std::set<std::string>{"version",
                                                   "name",
                                                   "client",
                                                   "answered",
                                                   "verdict",
                                                   "verdict_code",
                                                   "zone",
                                                   "mode",
                                                   "key_source",
                                                   "subnet",
                                                   "label",
                                                   "label_keys",
                                                   "label_key",
                                                   "affinity_entry",
                                                   "slot",
                                                   "scope_mask",
                                                   "ttl_seconds",
                                                   "answers",
                                                   "negative_ttl_seconds",
                                                   "on_empty",
                                                   "groups_on_ring",
                                                   "order",
                                                   "families",
                                                   "generation",
                                                   "snapshot",
                                                   "snapshot_age_seconds"});
  CHECK(explained["answered"] == true);
  CHECK(explained["order"].size() == 3);
  CHECK(explained["subnet"] == "198.51.100.0/24");
  CHECK(pages.Get("/api/v1/explain?name=nope.test&client=192.0.2.1")
            .at("answered") == false);

  const HttpResponse wrong =
      pages.Ask("GET", "/api/v1/explain?name=files.example.org");
  CHECK(wrong.status == 400);
  CHECK(json::parse(wrong.body)["error"].get<std::string>().find(
            "expected ?name=NAME&client=") == 0);
  CHECK(pages.Ask("GET", "/livez").status == 200);
  CHECK(pages.Ask("GET", "/readyz").body == "ok\n");
}

TEST_CASE("HTTP: whatever would change something is refused") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringServer server(redis.url());
  Pages pages(server.settings().http_port());
  const std::string before = AllKeys(redis);
  for (const char* path : {"/api/v1/status", "/api/v1/groups", "/api/v1/names",
                           "/api/v1/explain", "/livez", "/readyz"}) {
    for (const char* verb : {"POST", "PUT", "DELETE", "PATCH"}) {
      CAPTURE(verb, path);
      CHECK(pages.Ask(verb, path, "group=alpha&state=disabled").status == 405);
    }
  }
  for (const char* path :
       {"/api/v1/groups/alpha", "/api/v1/groups/alpha/disable",
        "/api/v1/group/disable/alpha", "/api/v1/disable?group=alpha"}) {
    for (const char* verb : {"GET", "POST", "PUT", "DELETE"}) {
      CAPTURE(verb, path);
      CHECK(pages.Ask(verb, path).status == 404);
    }
  }
  CHECK(pages.Ask("GET", "/api/v1/groups?disable=alpha").status == 400);
  CHECK(AllKeys(redis) == before);
}

TEST_CASE(
    "HTTP: not ready, with the reason, while there is nothing to answer") {
  const GroupringServer away("unix:///nonexistent/redis.sock", "", false);
  Pages pages(away.settings().http_port());
  for (const char* path :
       {"/readyz", "/api/v1/status", "/api/v1/names", "/api/v1/groups",
        "/api/v1/explain?name=a.test&client=192.0.2.1"}) {
    CAPTURE(path);
    const HttpResponse response = pages.Ask("GET", path);
    CHECK(response.status == 503);
    CHECK(response.body ==
          "nothing has been loaded from Redis, and nothing was saved\n");
  }
  CHECK(pages.Ask("GET", "/livez").status == 200);

  RedisServer empty;
  const GroupringServer unfilled(empty.url());
  Pages unready(unfilled.settings().http_port());
  CHECK(unready.Ask("GET", "/readyz").status == 503);
  CHECK(unready.Ask("GET", "/readyz").body == "Redis holds no names\n");
  empty.Run(SampleData(false));
  CHECK(WaitUntil([&] { return unready.Ask("GET", "/readyz").status == 200; }));
}

}  // namespace
}  // namespace groupring::testing
