// Who may reach a running `serve`, and what it lets nobody read.
#include <grp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/support/catch.h"
#include "tests/support/free_port.h"
#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct stat StatOf(const std::string& path) {
  struct stat file {};
  CHECK(::stat(path.c_str(), &file) == 0);
  return file;
}

// Writes lines into [listen] and has them take effect.
void Listen(GroupringServer* serve, const std::string& lines) {
  std::string settings = ReadFile(serve->settings().file());
  settings.insert(settings.find("[listen]\n") + 9, lines);
  serve->settings().directory().Write("groupring.toml", settings);
  const CommandResult replaced = serve->Replace();
  INFO(replaced.errors);
  REQUIRE(replaced.status == 0);
}

// The response to a GET.
std::string GetAll(uint16_t port, const std::string& path,
                   const std::string& host = "127.0.0.1") {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address),
                    sizeof(address)) == 0);
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: " + host +
                              "\r\nConnection: close\r\n\r\n";
  CHECK(::send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(request.size()));
  std::string response;
  char bytes[4096];
  for (ssize_t n; (n = ::recv(fd, bytes, sizeof(bytes), 0)) > 0;) {
    response.append(bytes, static_cast<size_t>(n));
  }
  ::close(fd);
  return response;
}

// Its status line.
std::string Get(uint16_t port, const std::string& host,
                const std::string& path = "/livez") {
  const std::string response = GetAll(port, path, host);
  return response.substr(0, response.find('\r'));
}

TEST_CASE("sockets are for the group that is set, the control socket for us") {
  RedisServer redis;
  GroupringServer serve(redis.url(), "", false);
  const GroupringSettings& at = serve.settings();
  const auto check = [&](gid_t group) {
    for (const std::string& path : {at.remote_socket(), at.pipe_socket()}) {
      CHECK((StatOf(path).st_mode & 07777) == 0660);
      CHECK(StatOf(path).st_gid == group);
    }
    CHECK((StatOf(at.control_socket()).st_mode & 07777) == 0600);
  };
  check(::getegid());
  // A member of another group needs the right to give files away.
  const struct group* const other =
      ::geteuid() == 0 ? ::getgrnam("daemon") : ::getgrgid(::getegid());
  REQUIRE(other != nullptr);
  const gid_t gid = other->gr_gid;
  Listen(&serve, "socket_group = \"" + std::string(other->gr_name) + "\"\n");
  check(gid);
}

TEST_CASE("a group that does not exist is refused, and the setting named") {
  RedisServer redis;
  const GroupringSettings settings(redis.url());
  std::string text = ReadFile(settings.file());
  text.insert(text.find("[listen]\n") + 9, "socket_group = \"no-such\"\n");
  settings.directory().Write("groupring.toml", text);
  const CommandResult result =
      RunCommand({GroupringProgram(), "serve", "--config", settings.file()});
  CHECK(result.status == 1);
  CHECK(Contains(result.errors, "[listen] remote_unix: no group 'no-such'"));
}

TEST_CASE("HTTP is for addresses, localhost and the names that are set") {
  RedisServer redis;
  GroupringServer serve(redis.url(), "", false);
  const uint16_t port = serve.settings().http_port();
  const std::string forbidden = "HTTP/1.1 403 Forbidden";
  CHECK(Get(port, "127.0.0.1") == "HTTP/1.1 200 OK");
  CHECK(Get(port, "localhost:8470") == "HTTP/1.1 200 OK");
  CHECK(Get(port, "rebound.example") == forbidden);
  CHECK(Get(port, "groupring.example.net") == forbidden);
  Listen(&serve, "http_hosts = [\"groupring.example.net\"]\n");
  CHECK(Get(port, "Groupring.Example.Net:80") == "HTTP/1.1 200 OK");
  CHECK(Get(port, "rebound.example") == forbidden);
}

TEST_CASE("pages can have a listener of their own, also after replacements") {
  RedisServer redis;
  redis.Run(SampleData(false));
  GroupringServer serve(redis.url());
  const uint16_t http = serve.settings().http_port();
  const FreePort pages;
  const std::string ok = "HTTP/1.1 200 OK";
  const std::string missing = "HTTP/1.1 404 Not Found";
  CHECK(Get(http, "localhost", "/api/v1/names") == ok);
  Listen(&serve, absl::StrFormat("pages = \"127.0.0.1:%d\"\n", pages.number()));
  for (int i = 0; i < 2; ++i) {
    CHECK(Get(pages.number(), "localhost", "/api/v1/names") == ok);
    CHECK(Get(pages.number(), "localhost", "/metrics") == ok);
    CHECK(Get(http, "localhost", "/metrics") == missing);
    CHECK(Get(pages.number(), "localhost", "/livez") == ok);
    CHECK(Get(pages.number(), "localhost", "/readyz") == ok);
    CHECK(Get(pages.number(), "localhost", "/dns/getAllDomains") == missing);
    CHECK(Get(http, "localhost", "/api/v1/names") == missing);
    CHECK(Contains(GetAll(http, "/api/v1/names"), "[listen] pages"));
    CHECK(Get(http, "localhost", "/livez") == ok);
    CHECK(Get(http, "localhost", "/readyz") == ok);
    CHECK(Contains(GetAll(http, "/dns/getAllDomains"), "example.org."));
    const CommandResult replaced = serve.Replace();
    INFO(replaced.errors << serve.process().Log());
    REQUIRE(replaced.status == 0);
    CHECK(Contains(serve.process().Log(),
                   absl::StrFormat("listening on http://127.0.0.1:%d/, taken "
                                   "over",
                                   pages.number())));
  }
}

TEST_CASE("the password of Redis shows in no log, process list or message") {
  const std::string secret = "s3cr3t-of-redis";
  RedisServer redis;
  // It needs none, so that this one is wrong.
  const TempDirectory directory;
  const std::string file = directory.Write("password", secret + "\n");
  const bool in_file = GENERATE(true, false);
  GroupringSettings settings(redis.url());
  std::string text = ReadFile(settings.file());
  if (in_file) {
    text.insert(text.find("[redis]\n") + 8,
                "password_file = \"" + file + "\"\n");
  } else {
    const std::string plain = redis.url();
    text.replace(text.find(plain), plain.size(),
                 "redis://user:" + secret + "@127.0.0.1:1/0");
  }
  settings.directory().Write("groupring.toml", text);
  const std::string log = settings.directory() / "log";
  Process serve(
      {.argv = {GroupringProgram(), "serve", "--config", settings.file()},
       .log_file = log});
  CHECK(WaitUntil([&] { return Contains(serve.Log(), " serves; Redis at"); }));
  CHECK(
      WaitUntil([&] { return Contains(serve.Log(), "there is no data yet"); }));
  const std::string process = "/proc/" + std::to_string(serve.pid());
  CHECK_FALSE(Contains(ReadFile(process + "/cmdline"), secret));
  CHECK_FALSE(Contains(ReadFile(process + "/environ"), secret));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"check-config"}, {"status"}, {"replace"}}) {
    std::vector<std::string> argv = {GroupringProgram()};
    argv.insert(argv.end(), command.begin(), command.end());
    argv.insert(argv.end(), {"--config", settings.file()});
    if (command[0] == "replace") {
      argv.insert(argv.end(), {"--timeout", "1s"});
    }
    const CommandResult result = RunCommand(argv);
    CHECK_FALSE(Contains(result.output + result.errors, secret));
  }
  CHECK(serve.Stop() == 0);
  CHECK_FALSE(Contains(ReadFile(log), secret));
}

}  // namespace
}  // namespace groupring::testing
