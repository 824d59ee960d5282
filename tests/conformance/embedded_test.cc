// What is particular to the C interface; what it answers is in the suite that
// runs over every driver.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "tests/conformance/drivers.h"
#include "tests/conformance/stage.h"
#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

std::string Text(const groupring_text& text) { return {text.data, text.size}; }

const EmbeddedApi& Api() { return EmbeddedApi::Get(); }

int Connections(RedisServer* redis) {
  const std::string list = redis->Run("CLIENT LIST TYPE normal");
  int count = 0;
  for (size_t at = 0; (at = list.find("id=", at)) != std::string::npos; ++at) {
    if (at == 0 || list[at - 1] == '\n') ++count;
  }
  return count - 1;  // the one that asks
}

std::string Question(groupring_session* session, const char* name) {
  const int32_t count =
      Api().lookup(session, "A", name, -1, "192.0.2.1", "198.51.100.0/24");
  if (count < 0) return "failed: " + Text(Api().error(session));
  return count == 0 ? "nothing" : Text(Api().records(session)[0].content);
}

TEST_CASE("embedded: the library says its versions") {
  CHECK(Api().api_version() == GROUPRING_API_VERSION);
  CHECK(std::strchr(Api().version(), '.') != nullptr);
}

TEST_CASE("embedded: a wrong settings file is refused with its line") {
  TempDirectory directory;
  const std::string file = directory.Write("wrong.toml", "[redis]\nurl = 12\n");
  std::array<char, 200> why{};
  CHECK(Api().open(file.c_str(), why.data(), why.size()) == nullptr);
  CHECK(std::string(why.data()).find("wrong.toml:2: ") != std::string::npos);

  std::array<char, 8> cut{};
  CHECK(Api().open(file.c_str(), cut.data(), cut.size()) == nullptr);
  CHECK(std::strlen(cut.data()) == cut.size() - 1);
  CHECK(Api().open(file.c_str(), nullptr, 0) == nullptr);
}

TEST_CASE("embedded: no session, no text and no name are failures or nothing") {
  CHECK(Api().lookup(nullptr, "A", "example.org.", -1, "", "") ==
        GROUPRING_FAILED);
  CHECK(Text(Api().error(nullptr)) == "no session");
  CHECK(Api().records(nullptr) == nullptr);
  CHECK(Api().list(nullptr, "example.org.", -1) == GROUPRING_FAILED);
  Api().close(nullptr);

  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringSettings settings(redis.url());
  EmbeddedClient client(settings.file());
  CHECK(Api().lookup(client.session(), nullptr, nullptr, -1, nullptr,
                     nullptr) == 0);
  const std::string longest(100'000, 'a');
  CHECK(Api().lookup(client.session(), longest.c_str(), longest.c_str(), 7,
                     longest.c_str(), longest.c_str()) == 0);
  CHECK(Api().list(client.session(), nullptr, -5) == GROUPRING_NO_ZONE);
  CHECK_FALSE(Text(Api().command(client.session(), nullptr)).empty());
  CHECK(client.Ask({.name = "files.example.org"}).records.size() == 2);
}

TEST_CASE("embedded: sessions that come and go share one engine") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringSettings settings(redis.url());
  EmbeddedClient first(settings.file());
  first.Ask({.name = "files.example.org"});
  const auto heartbeat = [&] {
    return redis.Run("EXISTS groupring:nodes").starts_with("1");
  };
  REQUIRE(WaitUntil(heartbeat));
  const int connections = Connections(&redis);
  std::vector<std::thread> threads;
  std::array<int, 16> answered{};
  for (int& count : answered) {
    threads.emplace_back([&settings, &count] {
      for (int i = 0; i < 20; ++i) {
        EmbeddedClient client(settings.file());
        count += client.Ask({.name = "files.example.org"}).records.size() == 2;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : answered) CHECK(count == 20);
  CHECK(Connections(&redis) == connections);
}

TEST_CASE("embedded: only who answers clients says so in Redis") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringSettings settings(redis.url());
  EmbeddedClient client(settings.file());
  // As pdnsutil asks: nobody's question.
  CHECK(Api().lookup(client.session(), "ANY", "files.example.org.", -1, nullptr,
                     nullptr) > 0);
  CHECK(Api().all_domains(client.session()) > 0);
  CHECK(Text(Api().command(client.session(), "status")).find("zones") !=
        std::string::npos);
  const int before = Connections(&redis);
  client.Ask({.name = "files.example.org"});
  CHECK(WaitUntil(
      [&] { return redis.Run("EXISTS groupring:nodes").starts_with("1"); }));
  // The heartbeat has a connection of its own, which was not there before.
  CHECK(Connections(&redis) == before + 1);
}

TEST_CASE("embedded: the serial of a zone is higher after each change") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringSettings settings(redis.url());
  EmbeddedClient client(settings.file());
  const auto serial = [&]() -> uint32_t {
    const int32_t found = Api().find_domain(client.session(), "example.org.");
    return found == 1 ? Api().serial(client.session()) : 0;
  };
  REQUIRE(WaitUntil([&] { return serial() != 0; }));
  const uint32_t before = serial();
  CHECK(before > 1'700'000'000);
  redis.Run("SADD new.example.org:GROUPS alpha");
  CHECK(WaitUntil([&] { return serial() > before; }));
  CHECK(Api().find_domain(client.session(), "elsewhere.example.") == 0);
  CHECK(Api().serial(client.session()) == 0);
}

// What GCC 12's sanitizers allocate memory with may be left locked in a child.
#ifndef GROUPRING_SANITIZED
TEST_CASE("embedded: a process that forks goes on in both") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringSettings settings(redis.url());
  EmbeddedClient client(settings.file());
  const std::string before = Question(client.session(), "files.example.org.");
  const std::string group = GroupOf(before);
  REQUIRE_FALSE(group.empty());

  const pid_t child = fork();
  if (child == 0) {
    // A change after the fork is noticed: the child's engine is its own.
    redis.Run("HSET " + group + ":STATE state disabled");
    const bool noticed = WaitUntil([&] {
      const std::string now =
          GroupOf(Question(client.session(), "files.example.org."));
      return !now.empty() && now != group;
    });
    _exit(noticed ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(WaitUntil([&] {
    const std::string now =
        GroupOf(Question(client.session(), "files.example.org."));
    return !now.empty() && now != group;
  }));
}
#endif

TEST_CASE("embedded: a question fails while nothing is loaded, and heals") {
  RedisServer redis;
  redis.Run(SampleData(false));
  const std::string url = redis.url();
  redis.Stop();
  GroupringSettings settings(url);
  EmbeddedClient client(settings.file());
  CHECK(Question(client.session(), "files.example.org.") ==
        "failed: nothing has been loaded from Redis yet");
  CHECK(Api().all_domains(client.session()) == GROUPRING_FAILED);
  redis.Start();
  redis.Run(SampleData(false));
  CHECK(WaitUntil([&] {
    return !GroupOf(Question(client.session(), "files.example.org.")).empty();
  }));
}

}  // namespace
}  // namespace groupring::testing
