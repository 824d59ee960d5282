// What `groupring serve` shows to Prometheus, and whether it is true.
#include <nlohmann/json.hpp>
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/metrics_text.h"
#include "tests/support/sample_data.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

std::string Url(const GroupringServer& node, const std::string& path) {
  return "http://127.0.0.1:" + std::to_string(node.settings().http_port()) +
         path;
}

std::string Get(const GroupringServer& node, const std::string& path) {
  const CommandResult page =
      RunCommand({"curl", "-sS", "--fail", Url(node, path)});
  CAPTURE(page.errors);
  REQUIRE(page.status == 0);
  return page.output;
}

std::string Lookup(int client) {
  const nlohmann::json question = {
      {"method", "lookup"},
      {"parameters",
       {{"qname", "files.example.org."},
        {"qtype", "ANY"},
        {"remote", "127.0.0.1"},
        {"local", "127.0.0.1"},
        {"real-remote", "10." + std::to_string(client % 200) + ".3.0/24"},
        {"zone-id", -1}}}};
  return question.dump() + "\n";
}

void AskJson(const std::string& socket, int questions) {
  UnixStream stream(socket);
  for (int i = 0; i < questions; ++i) {
    stream.lines().Send(Lookup(i));
    REQUIRE(stream.lines().ReadLine());
  }
}

TEST_CASE("metrics: connections, and how long answers took, of a real node") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringServer node(redis.url());
  AskJson(node.settings().remote_socket(), 500);
  REQUIRE(WaitUntil([&] {
    return SeriesValue(
               Get(node, "/metrics"),
               "groupring_connections_closed_total{transport=\"remote-json\","
               "cause=\"peer_left\"}") > 0;
  }));
  const std::string text = Get(node, "/metrics");
  CHECK(SeriesValue(text, "groupring_connections{transport=\"remote-json\"}") ==
        SeriesValue(
            text,
            "groupring_connections_opened_total{transport=\"remote-json\"}") -
            SeriesValue(text,
                        "groupring_connections_closed_total{transport="
                        "\"remote-json\",cause=\"peer_left\"}"));
  const double timed = SeriesValue(
      text, "groupring_answer_seconds_count{transport=\"remote-json\"}");
  CHECK(timed > 0);
  CHECK(timed < 500);
  CHECK(SeriesValue(text,
                    "groupring_ring_recent_questions{ring="
                    "\"example.net\"}") > 0);
}

TEST_CASE("metrics: Prometheus' own tool finds nothing to say") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  TempDirectory scratch;
  const std::string file = scratch.Write("metrics", Get(node, "/metrics"));
  const CommandResult checked =
      RunCommand({"sh", "-c", "promtool check metrics <\"$0\"", file});
  CAPTURE(checked.output, checked.errors);
  CHECK(checked.status == 0);
  CHECK(checked.output.empty());
  CHECK(checked.errors.empty());
}

TEST_CASE("metrics: what an operator and Redis do shows") {
  Operator ana;
  const GroupringServer node(ana.redis().url(), NodeSettings("ns1"));
  const auto shows = [&](const std::string& series, double value) {
    return WaitUntil([&] {
      const std::string text = Get(node, "/metrics");
      return text.find(series + " ") != std::string::npos &&
             SeriesValue(text, series) == value;
    });
  };
  CHECK(shows("groupring_group_state{group=\"px-1\",state=\"disabled\"}", 0));
  REQUIRE(ana.Run("group disable px-1 --wait").status == 0);
  CHECK(shows("groupring_group_state{group=\"px-1\",state=\"disabled\"}", 1));
  CHECK(shows("groupring_group_kept_ratio{group=\"px-1\"}", 0));
  CHECK(shows(
      "groupring_group_expected_ratio{ring=\"ftp.example.org\",group=\"px-2\"}",
      0.5));
  ana.redis().Run("SADD px-2:A nonsense");
  CHECK(shows("groupring_keys_complained_of", 1));
  ana.redis().Stop();
  CHECK(shows("groupring_redis_connected", 0));
  CHECK(shows("groupring_answers_from{origin=\"held\"}", 1));
  CHECK(shows("groupring_ready", 1));
}

}  // namespace
}  // namespace groupring::testing
