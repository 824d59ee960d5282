// `groupring probe`: one address with its dialogue, and all of a group.
#include <sys/stat.h>

#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_server.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

const std::vector<ServerStep> kGreets = {Send("220-hello\r\n220 there\r\n"),
                                         Await("QUIT"), Send("221 bye\r\n")};

std::string At(const ScriptedServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

TEST_CASE("probe: what is up ends with 0, its dialogue line by line") {
  const Operator ana;
  ScriptedServer server(kGreets);
  const ServerTurns turns(&server);
  const CommandResult result = ana.Run("probe " + At(server) + " --as ftp");
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(Holds(result.output, "ftp to " + At(server) + ", 3 seconds at most\n"));
  CHECK(Holds(result.output, " s  * connected from 127.0.0.1:"));
  CHECK(Holds(result.output, " s  < 220-hello\n"));
  CHECK(Holds(result.output, " s  < 220 there\n"));
  CHECK(Holds(result.output, " s  > QUIT\n"));
  CHECK(Holds(result.output, " s  < 221 bye\n"));
  CHECK(Holds(result.output, "\nup after 0."));
  CHECK(Holds(result.output, " s: ok\n"));
}

TEST_CASE("probe: what is not up ends with 1, with the reason") {
  const Operator ana;
  ScriptedServer busy({Send("421 Too many connections\x1b[2J\r\n"), Close()});
  const ServerTurns turns(&busy);
  const CommandResult result = ana.Run("probe " + At(busy));
  CHECK(result.status == 1);
  CHECK(Holds(result.output, "\nbusy after 0."));
  CHECK(Holds(result.output, " s: busy: 421 Too many connections?[2J\n"));
  CHECK_FALSE(Holds(result.output, "\x1b"));

  const CommandResult refused =
      ana.Run("probe 127.0.0.1:" + std::to_string(busy.closed_port()));
  CHECK(refused.status == 1);
  CHECK(Holds(refused.output, "down after 0."));
  CHECK(Holds(refused.output, " s: refused\n"));
}

TEST_CASE("probe: TLS shows the certificate, and warns of what is wrong") {
  const Operator ana;
  const TestCertificates certificates;
  ScriptedServer server(
      {Send("220 hello\r\n"), Await("AUTH TLS"), Send("234 go on\r\n"), Tls(),
       Await("PBSZ 0"), Send("200 ok\r\n"), Await("PROT P"), Send("200 ok\r\n"),
       Await("QUIT"), Send("221 bye\r\n")},
      &certificates);
  const ServerTurns turns(&server);
  const CommandResult result = ana.Run(
      "probe " + At(server) + " --as ftps --tls-name other.example.org");
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(Holds(result.output, " s  * TLSv1.3, "));
  CHECK(Holds(result.output,
              " s  * certificate CN=ftp.example.org, issued by CN=CA, valid "
              "until 20"));
  CHECK(Holds(result.output,
              "\nwarning: the certificate is for ftp.example.org, "
              "*.files.example.org, not for other.example.org\n"));
  CHECK(Holds(result.output, "\nwarning: the certificate is not trusted: "));
}

TEST_CASE("probe: a login comes from its file, and its password is not shown") {
  const TempDirectory directory;
  const std::string file =
      directory.Write("logins", "probe health s3cret\nother a b\n");
  const Operator ana({}, "[checker]\nlogins_file = \"" + file + "\"\n");
  ScriptedServer server(
      {Send("220 hello\r\n"), Await("USER health"), Send("331 pass?\r\n"),
       Await("PASS s3cret"), Send("230 in\r\n"), Await("PASV"),
       Send("227 ({pasv})\r\n"), Await("EPSV"), Send("229 (|||{epsv}|)\r\n"),
       Await("QUIT"), Send("221 bye\r\n")});
  const ServerTurns turns(&server);
  const std::string line =
      "probe " + At(server) + " --login probe --passive connect";
  REQUIRE(chmod(file.c_str(), 0600) == 0);
  const CommandResult result = ana.Run(line);
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(Holds(result.output, " s  > PASS ****\n"));
  CHECK(Holds(result.output, " s  * data connection accepted\n"));
  CHECK_FALSE(Holds(result.output, "s3cret"));

  REQUIRE(chmod(file.c_str(), 0644) == 0);
  const CommandResult open = ana.Run(line);
  CHECK(open.status == 2);
  CHECK(open.errors ==
        "groupring: " + file +
            ": has passwords in it and is open to everybody (mode 0644): "
            "chmod o= it; [checker] logins_file names it\n");

  REQUIRE(chmod(file.c_str(), 0600) == 0);
  const CommandResult unknown =
      ana.Run("probe " + At(server) + " --login nobody");
  CHECK(unknown.status == 2);
  CHECK(unknown.errors ==
        "groupring: login nobody: there is none of that "
        "name in " +
            file + "\n");
}

TEST_CASE("probe: what makes no sense ends with 2, and says what would") {
  const Operator ana;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"probe",
       "probe: expected an address, or --group with the name of a group"},
      {"probe 192.0.2.1 --group px-1",
       "probe: expected an address, or --group with the name of a group"},
      {"probe ftp.example.org",
       "\"ftp.example.org\" is no address; expected one like 203.0.113.11, "
       "203.0.113.11:2121, 2001:db8::11 or [2001:db8::11]:2121"},
      {"probe 192.0.2.1:0",
       "\"192.0.2.1:0\" is no address; expected one like 203.0.113.11, "
       "203.0.113.11:2121, 2001:db8::11 or [2001:db8::11]:2121"},
      {"probe 192.0.2.1 --as smtp",
       "--as: \"smtp\" is no list of probes: \"smtp\" is no probe: expected "
       "one of tcp, ftp, ftps, ftps-implicit, http, https, heartbeat"},
      {"probe 192.0.2.1 --as heartbeat",
       "--as: expected one probe over the network"},
      {"probe 192.0.2.1 --passive on",
       "--passive: \"on\" is none of off, address, connect"},
      {"probe 192.0.2.1 --passive connect",
       "--passive needs --login: no server names a passive port before one"},
      {"probe 192.0.2.1 --login probe",
       "login probe: the settings name no file of logins ([checker] "
       "logins_file)"},
      {"probe 192.0.2.1 --as http --login probe", "--login: only FTP has one"},
      {"probe 192.0.2.1 --proxy v3", "--proxy: \"v3\" is none of off, v1, v2"},
      {"probe 192.0.2.1 --timeout 2m",
       "--timeout: \"2m\" is no number of seconds (a whole number from 1 to "
       "60)"},
      {"probe 192.0.2.1 --source 2001:db8::1",
       "--source: the address is not of the family of the one to probe"}};
  for (const auto& [line, error] : cases) {
    INFO(line);
    const CommandResult result = ana.Run(line);
    CHECK(result.status == 2);
    CHECK(result.errors == "groupring: " + error + "\n");
    CHECK(result.output.empty());
  }
}

TEST_CASE("probe: what this host cannot do is no verdict") {
  const Operator ana;
  const CommandResult result = ana.Run("probe 127.0.0.1 --source 192.0.2.77");
  CHECK(result.status == 1);
  CHECK(Holds(result.errors,
              "the probe could not be made, which says nothing about the "
              "server: connecting from the source address: Cannot assign"));
}

TEST_CASE("probe --group: all addresses, as Redis says") {
  Operator ana;
  ScriptedServer server(kGreets);
  const ServerTurns turns(&server);
  const std::string port = std::to_string(server.port());
  ana.redis().Run(
      "DEL px-1:A px-1:AAAA\nSADD px-1:A 127.0.0.1 198.51.100.0/24");

  const CommandResult unchecked = ana.Run("probe --group px-1");
  CHECK(unchecked.status == 1);
  CHECK(unchecked.errors ==
        "groupring: group px-1 is not checked: PROBES of groupring:check and "
        "px-1:CHECK say nothing; --as says what to try\n");

  ana.redis().Run(
      "HSET groupring:check PROBES ftps TIMEOUT 4\n"
      "HSET px-1:CHECK PROBES ftp:" +
      port + " FALL many");
  const CommandResult result = ana.Run("probe --group px-1");
  INFO(result.output << result.errors);
  CHECK(result.status == 0);
  CHECK(result.errors ==
        "groupring: px-1:CHECK: field \"FALL\": \"many\" is no number of "
        "probes (a whole number from 1 to 100); \"3\" is used instead\n");
  CHECK(Holds(result.output, "127.0.0.1        up "));
  CHECK(Holds(result.output, " s  ftp:" + port + ": ok\n"));
  CHECK(Holds(result.output,
              "198.51.100.0/24  unchecked            ranges are not probed\n"));

  const CommandResult down = ana.Run("probe --group px-1 --as tcp:" +
                                     std::to_string(server.closed_port()));
  CHECK(down.status == 1);
  CHECK(Holds(down.output, "127.0.0.1        down "));
  CHECK(Holds(down.output, ": refused\n"));

  const CommandResult unknown = ana.Run("probe --group px-9");
  CHECK(unknown.status == 1);
  CHECK(unknown.errors ==
        "groupring: there is no group \"px-9\"; groupring group list shows "
        "them\n");
}

}  // namespace
}  // namespace groupring::testing
