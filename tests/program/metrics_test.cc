// What `groupring serve` shows to Prometheus, and whether it is true.
#include <array>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
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

// 0: there is no such series.
double Value(const std::string& metrics, const std::string& series) {
  std::istringstream lines(metrics);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) {
      return std::stod(line.substr(series.size() + 1));
    }
  }
  return 0;
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

// A client counts what it gets.
using Answers = std::map<std::string, int>;  // "px-1 A" → answers

Answers AskJson(const std::string& socket, int questions) {
  UnixStream stream(socket);
  Answers answers;
  for (int i = 0; i < questions; ++i) {
    stream.lines().Send(Lookup(i));
    const auto answer = nlohmann::json::parse(*stream.lines().ReadLine());
    for (const auto& record : answer["result"]) {
      ++answers[GroupOf(record["content"].get<std::string>()) + " " +
                record["qtype"].get<std::string>()];
    }
  }
  return answers;
}

Answers AskPipe(const std::string& socket, int questions) {
  UnixStream stream(socket);
  stream.lines().Send("HELO\t3\n");
  stream.lines().ReadLine();
  Answers answers;
  for (int i = 0; i < questions; ++i) {
    stream.lines().Send(
        "Q\tfiles.example.org\tIN\tANY\t-1\t127.0.0.1\t127.0.0.1\t10." +
        std::to_string(i % 200) + ".3.0/24\n");
    for (;;) {
      const std::string line = *stream.lines().ReadLine();
      if (line.starts_with("END")) break;
      std::istringstream fields(line);
      std::array<std::string, 9> field;
      for (std::string& each : field) std::getline(fields, each, '\t');
      // DATA, scope, authoritative, qname, class, type, TTL, id, content
      ++answers[GroupOf(field[8]) + " " + field[5]];
    }
  }
  return answers;
}

// All of one client, on one connection that curl keeps.
Answers AskHttp(const GroupringServer& node, int questions) {
  const TempDirectory scratch;
  std::string config;
  for (int i = 0; i < questions; ++i) {
    config += "url = " + Url(node, "/dns/lookup/files.example.org./ANY") + "\n";
  }
  const CommandResult result = RunCommand(
      {"curl", "-sS", "--fail", "-H", "X-Remotebackend-Remote: 127.0.0.1", "-H",
       "X-Remotebackend-Real-Remote: 10.7.3.0/24", "-K",
       scratch.Write("urls", config)});
  CAPTURE(result.errors);
  Answers answers;
  // The answers stand behind each other.
  std::istringstream in(result.output);
  for (nlohmann::json answer;
       in.peek() != std::istringstream::traits_type::eof();) {
    in >> answer;
    for (const auto& record : answer["result"]) {
      ++answers[GroupOf(record["content"].get<std::string>()) + " " +
                record["qtype"].get<std::string>()];
    }
  }
  return answers;
}

TEST_CASE("metrics: counters are what clients counted, also while scraped") {
  constexpr int kQuestions = 2000;
  constexpr int kOverHttp = 500;
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringServer node(redis.url());
  // Whether the server was up was asked as well.
  const std::string before = Get(node, "/metrics");

  std::array<Answers, 5> answers;
  std::atomic<size_t> asking = answers.size();
  std::vector<std::thread> clients;
  for (size_t i = 0; i < answers.size(); ++i) {
    clients.emplace_back([&, i] {
      if (i == 4) {
        answers[i] = AskHttp(node, kOverHttp);
      } else if (i % 2 == 0) {
        answers[i] = AskJson(node.settings().remote_socket(), kQuestions);
      } else {
        answers[i] = AskPipe(node.settings().pipe_socket(), kQuestions);
      }
      --asking;
    });
  }
  double last = 0;
  for (int i = 0; i < 10 || asking > 0; ++i) {
    const double now = Value(Get(node, "/metrics"),
                             "groupring_answers_total{family=\"A\","
                             "source=\"in_service\"}");
    CHECK(now >= last);
    last = now;
  }
  for (std::thread& client : clients) client.join();
  const std::string after = Get(node, "/metrics");
  const auto grown = [&](const std::string& series) {
    return Value(after, series) - Value(before, series);
  };
  const std::string lookups = ",method=\"lookup\",result=\"answered\"}";
  CHECK(grown("groupring_queries_total{transport=\"remote-json\"" + lookups) ==
        2 * kQuestions);
  CHECK(grown("groupring_queries_total{transport=\"pipe-abi\"" + lookups) ==
        2 * kQuestions);
  CHECK(grown("groupring_queries_total{transport=\"http\"" + lookups) ==
        kOverHttp);
  CHECK(grown("groupring_client_keys_total{source=\"ecs\"}") ==
        4 * kQuestions + kOverHttp);
  Answers all;
  for (const Answers& each : answers) {
    for (const auto& [what, count] : each) all[what] += count;
  }
  CHECK(all.size() == 6);  // three groups, two families
  double of_clients = 0;
  for (const auto& [what, count] : all) {
    const std::string group = what.substr(0, what.find(' '));
    const std::string family = what.substr(what.find(' ') + 1);
    CAPTURE(what, count);
    CHECK(grown("groupring_group_answers_total{group=\"" + group +
                "\",family=\"" + family + "\"}") == count);
    of_clients += count;
  }
  CHECK(of_clients == 2 * (4 * kQuestions + kOverHttp));

  // `groupring stats` tells the same.
  const CommandResult stats = RunCommand({GroupringProgram(), "stats", "--json",
                                          "--config", node.settings().file()});
  CAPTURE(stats.output, stats.errors);
  REQUIRE(stats.status == 0);
  const auto json = nlohmann::json::parse(stats.output);
  for (const auto& group : json["groups"]) {
    const std::string name = group["group"];
    CAPTURE(name);
    CHECK(group["answers_a"] == all[name + " A"]);
    CHECK(group["answers_aaaa"] == all[name + " AAAA"]);
  }
  CHECK(json["node"]["by_ecs"] == 4 * kQuestions + kOverHttp);
  CHECK(json["node"]["failed"] == 0);
}

TEST_CASE("metrics: connections, and how long answers took, of a real node") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const GroupringServer node(redis.url());
  AskJson(node.settings().remote_socket(), 500);
  REQUIRE(WaitUntil([&] {
    return Value(Get(node, "/metrics"),
                 "groupring_connections_closed_total{transport=\"remote-json\","
                 "cause=\"peer_left\"}") > 0;
  }));
  const std::string text = Get(node, "/metrics");
  CHECK(Value(text, "groupring_connections{transport=\"remote-json\"}") ==
        Value(text,
              "groupring_connections_opened_total{transport=\"remote-json\"}") -
            Value(text,
                  "groupring_connections_closed_total{transport="
                  "\"remote-json\",cause=\"peer_left\"}"));
  const double timed =
      Value(text, "groupring_answer_seconds_count{transport=\"remote-json\"}");
  CHECK(timed > 0);
  CHECK(timed < 500);
  CHECK(Value(text,
              "groupring_ring_recent_questions{ring="
              "\"example.net\"}") > 0);
}

TEST_CASE("metrics: a replacement loses no count, and counts nothing twice") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringServer node(redis.url());
  const std::string before = Get(node, "/metrics");
  // Connections of clients are handed over while they ask.
  Answers json;
  Answers pipe;
  std::thread first(
      [&] { json = AskJson(node.settings().remote_socket(), 3000); });
  std::thread second(
      [&] { pipe = AskPipe(node.settings().pipe_socket(), 3000); });
  for (int i = 0; i < 2; ++i) REQUIRE(node.Replace().status == 0);
  first.join();
  second.join();
  const std::string after = Get(node, "/metrics");
  const auto grown = [&](const std::string& series) {
    return Value(after, series) - Value(before, series);
  };
  CHECK(grown("groupring_client_keys_total{source=\"ecs\"}") == 6000);
  for (const auto& [what, count] : json) {
    const std::string group = what.substr(0, what.find(' '));
    const std::string family = what.substr(what.find(' ') + 1);
    CAPTURE(what);
    CHECK(grown("groupring_group_answers_total{group=\"" + group +
                "\",family=\"" + family + "\"}") == count + pipe[what]);
  }
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
             Value(text, series) == value;
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
