// In every mode a node counts exactly what its clients count, while it is
// scraped and while it is replaced.
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/drivers.h"
#include "tests/support/catch.h"
#include "tests/support/metrics_text.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

using nlohmann::json;

// Of each client. By hand it may be more: GROUPRING_EXACT_QUESTIONS=1000000.
int QuestionsOfEach() {
  const char* const said = std::getenv("GROUPRING_EXACT_QUESTIONS");
  return said == nullptr ? 3000 : std::atoi(said);
}

// The metrics are read once in so many questions of one client: far more often
// than 20 times a second.
constexpr int kQuestionsPerScrape = 25;

// What a client got.
struct Tally {
  std::map<std::string, uint64_t> records;  // by "alpha A"
  uint64_t answered = 0;
  uint64_t nothing = 0;
  uint64_t failed = 0;

  void Add(const BackendReply& reply) {
    ++(reply.error ? failed : reply.records.empty() ? nothing : answered);
    for (const BackendRecord& record : reply.records) {
      ++records[GroupOf(record.content) + " " + record.type];
    }
  }
  void Add(const Tally& other) {
    answered += other.answered;
    nothing += other.nothing;
    failed += other.failed;
    for (const auto& [what, count] : other.records) records[what] += count;
  }
  uint64_t AllRecords() const {
    uint64_t all = 0;
    for (const auto& [what, count] : records) all += count;
    return all;
  }
};

// The i-th question: every tenth is for a name that does not exist.
Lookup Question(int i) {
  return {.name = i % 10 == 9 ? "no.example.org" : "files.example.org",
          .real_remote = "10." + std::to_string(i % 200) + ".3.0/24"};
}

// `between` is called after each question.
Tally AskAll(BackendClient* client, int questions,
             const std::function<void(int i)>& between) {
  Tally tally;
  for (int i = 0; i < questions; ++i) {
    tally.Add(client->Ask(Question(i)));
    between(i);
  }
  return tally;
}

// "": the page is not there, as while one process replaces another.
std::string Scrape(HttpConnection* connection) {
  return connection
      ->Exchange("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      .body;
}

// Between two scrapes the counters have grown by what the clients counted.
void CheckGrowth(const std::string& before, const std::string& after,
                 const Tally& all) {
  const auto grown = [&](const std::string& series) {
    return SeriesValue(after, series) - SeriesValue(before, series);
  };
  const auto sum_grown = [&](const std::string& metric) {
    return MetricSum(after, metric) - MetricSum(before, metric);
  };
  const auto answered = static_cast<double>(all.answered);
  const auto addresses = static_cast<double>(all.AllRecords());
  CHECK(all.failed == 0);
  CHECK(all.records.size() == 6);  // three groups, two families
  for (const auto& [what, count] : all.records) {
    const std::string group = what.substr(0, what.find(' '));
    const std::string family = what.substr(what.find(' ') + 1);
    CAPTURE(what, count);
    CHECK(grown("groupring_group_answers_total{group=\"" + group +
                "\",family=\"" + family + "\"}") == static_cast<double>(count));
  }
  CHECK(sum_grown("groupring_answers_total") == addresses);
  CHECK(sum_grown("groupring_draws_total") == addresses);
  CHECK(grown("groupring_client_keys_total{source=\"ecs\"}") == answered);
  CHECK(grown("groupring_answer_scopes_total{scope=\"24\"}") == answered);
  CHECK(grown("groupring_lookups_total{qtype=\"ANY\",result=\"answered\"}") ==
        answered);
  CHECK(grown("groupring_lookups_total{qtype=\"ANY\",result=\"nothing\"}") ==
        static_cast<double>(all.nothing));
  CHECK(sum_grown("groupring_failures_total") == 0);
}

// What a node tells as `stats --json`.
void CheckStats(const json& stats, const Tally& all) {
  for (const json& group : stats.at("groups")) {
    const std::string name = group.at("group");
    CAPTURE(name);
    CHECK(group.at("answers_a") == all.records.at(name + " A"));
    CHECK(group.at("answers_aaaa") == all.records.at(name + " AAAA"));
  }
  const json& node = stats.at("node");
  CHECK(node.at("by_ecs") == all.answered);
  CHECK(node.at("failed") == 0);
  CHECK(node.at("draws_redis").get<uint64_t>() +
            node.at("draws_own").get<uint64_t>() ==
        all.AllRecords());
}

TEST_CASE("exact counts: unix, pipe and HTTP, scraped and replaced meanwhile") {
  const int questions = QuestionsOfEach();
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringServer node(redis.url());
  HttpConnection pages(node.settings().http_port());
  // Whether the server was up was asked as well.
  const std::string before = Scrape(&pages);
  REQUIRE(!before.empty());

  std::atomic<int> asked = 0;
  // Of one client's thread.
  int scraped = 0;
  int fell = 0;
  double last = 0;
  std::array<Tally, 3> tallies;
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    UnixStream stream(node.settings().remote_socket());
    JsonLines client(&stream.lines());
    tallies[0] = AskAll(&client, questions, [&](int i) {
      ++asked;
      if (i % kQuestionsPerScrape != 0) return;
      const std::string text = Scrape(&pages);
      if (text.empty()) return;
      ++scraped;
      const double now = MetricSum(text, "groupring_answers_total");
      if (now < last) ++fell;
      last = now;
    });
  });
  clients.emplace_back([&] {
    UnixStream stream(node.settings().pipe_socket());
    PipeAbiClient client(3, &stream.lines());
    tallies[1] = AskAll(&client, questions, [&](int) { ++asked; });
  });
  clients.emplace_back([&] {
    HttpRemote client(HttpForm::kPostJson, node.settings().http_port());
    tallies[2] = AskAll(&client, questions, [&](int) { ++asked; });
  });
  // Its connections are handed over while they are asked.
  for (int i = 1; i <= 2; ++i) {
    const auto has_come = [&] { return asked >= i * questions; };
    // However many there are, as long as they are answered.
    for (int seen = -1; !WaitUntil(has_come) && seen != asked;) seen = asked;
    CHECK(has_come());
    CHECK(node.Replace().status == 0);
  }
  for (std::thread& client : clients) client.join();

  Tally all;
  for (const Tally& tally : tallies) all.Add(tally);
  const std::string after = Scrape(&pages);
  CheckGrowth(before, after, all);
  const char* const transports[] = {"remote-json", "pipe-abi", "http"};
  for (size_t t = 0; t < tallies.size(); ++t) {
    CAPTURE(transports[t]);
    const std::string series =
        std::string("groupring_queries_total{transport=\"") + transports[t] +
        "\",method=\"lookup\",result=\"answered\"}";
    CHECK(SeriesValue(after, series) - SeriesValue(before, series) ==
          static_cast<double>(tallies[t].answered));
  }
  CHECK(scraped > 0);
  CHECK(fell == 0);
  const CommandResult stats = RunCommand({GroupringProgram(), "stats", "--json",
                                          "--config", node.settings().file()});
  CAPTURE(stats.output, stats.errors);
  REQUIRE(stats.status == 0);
  CheckStats(json::parse(stats.output), all);
}

TEST_CASE("exact counts: a coprocess, which tells them to its own PowerDNS") {
  RedisServer redis;
  redis.Run(SampleData(false));
  Coprocess coprocess(redis.url());
  SECTION("remote backend") {
    JsonLines client(&coprocess.lines());
    const Tally all = AskAll(&client, QuestionsOfEach(), [](int) {});
    const auto stats =
        client.Call("directBackendCmd", {{"query", "stats --json"}});
    REQUIRE(stats);
    CheckStats(json::parse(stats->get<std::string>()), all);
  }
  SECTION("pipe backend") {
    PipeAbiClient client(5, &coprocess.lines());
    const Tally all = AskAll(&client, QuestionsOfEach(), [](int) {});
    REQUIRE(coprocess.lines().Send("CMD\tstats --json\n"));
    std::string stats;
    for (;;) {
      const auto line = coprocess.lines().ReadLine();
      REQUIRE(line);
      if (*line == "END") break;
      stats += *line + "\n";
    }
    CheckStats(json::parse(stats), all);
  }
}

TEST_CASE("exact counts: embedded, by threads that come and go, and scraped") {
  const int questions = QuestionsOfEach();
  constexpr size_t kThreads = 3;
  RedisServer redis;
  redis.Run(SampleData(false));
  const FreePort port;
  const GroupringSettings settings(redis.url(),
                                   "[embedded]\nhttp = \"127.0.0.1:" +
                                       std::to_string(port.number()) + "\"\n");
  EmbeddedClient first(settings.file());
  HttpConnection pages(port.number());
  std::string before;
  // The pages come with the first question of a client.
  REQUIRE(!first.Ask(Question(0)).records.empty());
  REQUIRE(WaitUntil([&] {
    before = Scrape(&pages);
    return !before.empty();
  }));

  std::array<Tally, kThreads> tallies;
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int part = 0; part < 2; ++part) {
        // PowerDNS makes a session for each of its threads.
        EmbeddedClient client(settings.file());
        tallies[t].Add(AskAll(&client, questions / 2, [&](int i) {
          if (t == 0 && i % kQuestionsPerScrape == 0) Scrape(&pages);
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Tally all;
  for (const Tally& tally : tallies) all.Add(tally);
  CHECK(all.answered + all.nothing ==
        kThreads * 2 * static_cast<uint64_t>(questions / 2));
  CheckGrowth(before, Scrape(&pages), all);
}

}  // namespace
}  // namespace groupring::testing
