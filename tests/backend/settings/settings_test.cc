#include "backend/settings/settings.h"

#include <fstream>
#include <sstream>
#include <string>

#include "backend/settings/nearest.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string ErrorOf(const std::string& text) {
  const auto settings = ParseSettings(text, "test.toml");
  REQUIRE(!settings.ok());
  return std::string(settings.status().message());
}

TEST_CASE("an empty settings file gives the defaults") {
  const auto settings = ParseSettings("", "test.toml");
  REQUIRE(settings.ok());
  CHECK(*settings == Settings());
}

TEST_CASE("the sample file is well formed and holds every default") {
  std::ifstream in(GROUPRING_SOURCE_DIR "/pdns-config/groupring.toml");
  std::ostringstream text;
  text << in.rdbuf();
  const auto settings = ParseSettings(text.str(), "groupring.toml");
  REQUIRE(settings.ok());
  CHECK(*settings == Settings());
}

TEST_CASE("every setting that the parser knows is in the sample file") {
  std::ifstream in(GROUPRING_SOURCE_DIR "/pdns-config/groupring.toml");
  std::ostringstream stream;
  stream << in.rdbuf();
  const std::string text = "\n" + stream.str();
  for (const std::string& name : SettingNames()) {
    CAPTURE(name);
    const size_t dot = name.find('.');
    const size_t section = text.find("\n[" + name.substr(0, dot) + "]\n");
    REQUIRE(section != std::string::npos);
    CHECK(text.find("\n" + name.substr(dot + 1) + " = ", section) !=
          std::string::npos);
  }
}

TEST_CASE("settings are taken over") {
  const auto settings = ParseSettings(R"(
[redis]
url = "redis://u:p@redis.example:6380/3"
command_timeout_ms = 250
[listen]
remote_unix = ""
http = "[::1]:0"
socket_group = "pdns"
max_connections = 7
[state]
directory = "/tmp/x"
[control]
min_weight_in_service_percent = 75
max_groups_out = 3
heavy_client_percent = 20
[log]
level = "debug"
)",
                                      "test.toml");
  REQUIRE(settings.ok());
  CHECK(settings->redis.url == "redis://u:p@redis.example:6380/3");
  CHECK(settings->redis.command_timeout == std::chrono::milliseconds(250));
  CHECK(settings->listen.remote_unix.empty());
  CHECK(settings->listen.http == "[::1]:0");
  CHECK(settings->listen.socket_group == "pdns");
  CHECK(settings->listen.max_connections == 7);
  CHECK(settings->state.directory == "/tmp/x");
  CHECK(settings->control.min_weight_in_service_percent == 75);
  CHECK(settings->control.max_groups_out == 3);
  CHECK(settings->control.heavy_client_percent == 20);
  CHECK(settings->log.level == Severity::kDebug);
}

TEST_CASE("an unknown setting is named with file, line and the nearest one") {
  CHECK(ErrorOf("[redis]\nulr = \"x\"\n") ==
        "test.toml:2: [redis] has no setting ulr; did you mean url?");
  CHECK(ErrorOf("\n[lisen]\n") ==
        "test.toml:2: there is no section [lisen]; did you mean listen?");
  CHECK(ErrorOf("[redis]\nquux_frobnicator = 1\n") ==
        "test.toml:2: [redis] has no setting quux_frobnicator");
}

TEST_CASE("a wrong value is named with file, line and what was expected") {
  CHECK(ErrorOf("[redis]\n\ncommand_timeout_ms = \"1s\"\n") ==
        "test.toml:3: [redis] command_timeout_ms: expected a number of "
        "milliseconds, 1 to 60000");
  CHECK(ErrorOf("[listen]\nhttp = \"8470\"\n") ==
        "test.toml:2: [listen] http: expected an address and port such as "
        "\"127.0.0.1:8470\", or \"\" for none");
  CHECK(ErrorOf("[listen]\nhttp = \"127.0.0.1:70000\"\n")
            .find("test.toml:2: [listen] http") == 0);
  CHECK(ErrorOf("[listen]\nremote_unix = \"relative.sock\"\n")
            .find("test.toml:2: [listen] remote_unix") == 0);
  CHECK(ErrorOf("[listen]\nmax_connections = 0\n")
            .find("test.toml:2: [listen] max_connections") == 0);
  CHECK(ErrorOf("[log]\nlevel = \"loud\"\n").find("test.toml:2: [log] level") ==
        0);
  CHECK(ErrorOf("redis = 3\n") ==
        "test.toml:1: redis is a section: write "
        "[redis]");
}

TEST_CASE("what is listened on is an address, as no name is looked up") {
  for (const char* const setting : {"[listen]\nhttp", "[listen]\npages",
                                    "[embedded]\nhttp", "[checker]\nhttp"}) {
    const auto error = [&](const std::string& value) {
      return ErrorOf(std::string(setting) + " = \"" + value + "\"\n");
    };
    CAPTURE(setting);
    for (const char* const wrong :
         {"ns1.example.org:80", "256.0.0.1:80", "[::g]:80", ":80"}) {
      CAPTURE(wrong);
      CHECK(error(wrong).find(": expected an address and port") !=
            std::string::npos);
    }
    for (const char* const right :
         {"", "127.0.0.1:80", "localhost:80", "[::1]:0", "[fe80::1%lo]:80"}) {
      CAPTURE(right);
      CHECK(CheckSettings(std::string(setting) + " = \"" + right + "\"\n",
                          "t.toml")
                .errors.empty());
    }
  }
}

TEST_CASE("references are addresses with ports that can be connected to") {
  const auto errors = [](const std::string& value) {
    return CheckSettings("[checker]\nreference = [" + value + "]\n", "t.toml")
        .errors;
  };
  CHECK(errors(R"("192.0.2.1:53", "[2001:db8::1]:53")").empty());
  for (const char* const wrong :
       {R"("192.0.2.1:0")", R"("192.0.2.1")", R"("ns1.example.org:53")"}) {
    CAPTURE(wrong);
    CHECK(errors(wrong).size() == 1);
  }
}

TEST_CASE("all that is wrong with a file is said, in its order") {
  const CheckedSettings checked = CheckSettings(
      "[state]\nmax_age_hours = -1\n[redis]\nulr = 1\nread = \"both\"\n"
      "[lisen]\n[listen]\ncontrol = \"run/c.sock\"\nhttp = \"\"\n",
      "t.toml");
  CHECK(checked.errors ==
        std::vector<std::string>{
            "t.toml:2: [state] max_age_hours: expected a number, 0 to 100000",
            "t.toml:4: [redis] has no setting ulr; did you mean url?",
            "t.toml:5: [redis] read: expected \"master\", \"replica\" or "
            "\"local\"",
            "t.toml:6: there is no section [lisen]; did you mean listen?",
            "t.toml:8: [listen] control: expected the path of a unix socket, "
            "which begins with \"/\", or \"\" for none"});
  // What is right is taken over all the same.
  CHECK(checked.settings.listen.http.empty());
  CHECK(CheckSettings("[redis\n", "t.toml").errors.size() == 1);
}

TEST_CASE("text that is no TOML is named with file and line") {
  CHECK(ErrorOf("[redis]\nurl = \n").find("test.toml:2: ") == 0);
}

TEST_CASE("a file that cannot be read is named") {
  const auto settings = LoadSettings("/nonexistent/groupring.toml");
  REQUIRE(!settings.ok());
  CHECK(std::string(settings.status().message())
            .find("/nonexistent/groupring.toml: cannot be read") == 0);
}

TEST_CASE("the nearest word is offered only when it is near") {
  CHECK(Nearest("proxy-1", {"proxy-10", "proxy-2", "other"}) == "proxy-10");
  CHECK(Nearest("g1", {"completely", "different"}).empty());
  CHECK(Nearest("disbale", {"enable", "disable"}) == "disable");
}

}  // namespace
}  // namespace groupring::backend
