#include "tests/program/checker_stage.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/support/catch.h"
#include "tests/support/fake_time.h"
#include "tests/support/groupring_server.h"

namespace groupring::testing {
namespace {

std::string Trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

sockaddr_in EndpointOf(const std::string& address, uint16_t port) {
  sockaddr_in endpoint{};
  endpoint.sin_family = AF_INET;
  endpoint.sin_port = htons(port);
  inet_pton(AF_INET, address.c_str(), &endpoint.sin_addr);
  return endpoint;
}

std::string SettingsText(const std::string& url, const std::string& id,
                         const std::string& more) {
  return "[checker]\nredis = \"" + url + "\"\nid = \"" + id + "\"\n" + more;
}

}  // namespace

LoopbackServer::LoopbackServer(std::string address, uint16_t port)
    : address_(std::move(address)), port_(port) {
  Open();
}

void LoopbackServer::Open() {
  listener_.Reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const sockaddr_in endpoint = EndpointOf(address_, port_);
  // The kernel accepts; the queue is longer than any test.
  if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&endpoint),
           sizeof(endpoint)) != 0 ||
      listen(listener_.get(), 4096) != 0) {
    throw std::runtime_error("cannot listen on " + address_);
  }
}

CheckerStage::CheckerStage() : redis_(users_.arguments()) {
  Redis(
      "SADD name.example:GROUPS g1 g2\n"
      "HSET groupring:check INTERVAL 1 TIMEOUT 1 FALL 2 RISE 2 PROBES tcp:" +
      std::to_string(port()));
}

std::string CheckerStage::Redis(const std::string& commands) {
  return redis_.Run(commands);
}

std::string CheckerStage::AsChecker(const std::string& command) {
  std::vector<std::string> words = {
      "redis-cli",     "-s",
      redis_.socket(), "--no-auth-warning",
      "--user",        RedisUsers::Name("checker"),
      "--pass",        RedisUsers::Password("checker")};
  std::istringstream in(command);
  for (std::string word; in >> word;) words.push_back(word);
  const CommandResult result = RunCommand(words);
  return result.output + result.errors;
}

std::string CheckerStage::Verdict(const std::string& checker,
                                  const std::string& group,
                                  const std::string& address) {
  return Trimmed(Redis("HGET groupring:verdicts:" + checker + ":" + group +
                       " " + address));
}

bool CheckerStage::Says(const std::string& checker, const std::string& group,
                        const std::string& address, std::string_view begin) {
  return WaitUntil([&] {
    const std::string verdict = Verdict(checker, group, address);
    return begin.empty() ? verdict.empty() : verdict.starts_with(begin);
  });
}

std::string CheckerStage::AllVerdicts(const std::string& checker,
                                      const std::string& group) {
  return Redis("HGETALL groupring:verdicts:" + checker + ":" + group);
}

int CheckerStage::Down(const std::string& checker, const std::string& group) {
  std::istringstream verdicts(
      Redis("HVALS groupring:verdicts:" + checker + ":" + group));
  int down = 0;
  for (std::string verdict; std::getline(verdicts, verdict);) {
    if (verdict.starts_with("down ")) ++down;
  }
  return down;
}

std::string CheckerStage::Field(const std::string& checker,
                                const std::string& field) {
  return Trimmed(Redis("HGET groupring:checker:" + checker + " " + field));
}

std::string CheckerStage::Events(const std::string& address) {
  std::istringstream lines(Redis("XRANGE groupring:health:log - +"));
  std::string events;
  std::string verdict;
  std::string before;
  bool is_wanted = false;
  for (std::string field; std::getline(lines, field);) {
    if (field != "checker" && field != "group" && field != "address" &&
        field != "verdict" && field != "before" && field != "reason" &&
        field != "text") {
      continue;  // the id of an entry
    }
    std::string value;
    std::getline(lines, value);
    if (field == "address") is_wanted = value == address;
    if (field == "verdict") verdict = value;
    if (field == "before") before = value;
    if (field == "text" && is_wanted) events += verdict + "|" + before + ",";
  }
  return events;
}

RunningChecker::RunningChecker(const CheckerStage& stage, std::string id,
                               const std::string& more,
                               const std::string& clock_offset)
    : url_(stage.url()), id_(std::move(id)), program_(GroupringProgram()) {
  if (!clock_offset.empty()) program_ = OnHostThatIs(clock_offset, directory_);
  Write(more);
  Start();
}

RunningChecker::~RunningChecker() {
  if (!process_ || !process_->Running()) return;
  const int status = process_->Stop();
  INFO(process_->Log());
  CHECK(status == 0);
}

void RunningChecker::WriteAs(const std::string& id, const std::string& more) {
  directory_.Write("groupring.toml", SettingsText(url_, id, more));
}

void RunningChecker::Start() {
  process_.emplace(ProcessOptions{
      .argv = {program_, "checker", "--config", directory_ / "groupring.toml"},
      .log_file = directory_ / "log"});
}

bool RunningChecker::Logs(std::string_view part) {
  return WaitUntil([&] { return Holds(process_->Log(), part); });
}

bool RunningChecker::Probed(CheckerStage& stage, int64_t probes) {
  std::string seen;
  return WaitUntil([&] {
    const std::string score = stage.Redis("ZSCORE groupring:checkers " + id_);
    if (score == seen) return probes <= 0;
    seen = score;
    const std::string rate = stage.Field(id_, "probes_per_second");
    probes -= rate.empty() ? 0 : std::stoi(rate);
    return probes <= 0;
  });
}

CommandResult RunningChecker::RunToEnd(const CheckerStage& stage,
                                       const std::string& id,
                                       const std::string& more) {
  const TempDirectory directory;
  return RunCommand(
      {GroupringProgram(), "checker", "--config",
       directory.Write("groupring.toml", SettingsText(stage.url(), id, more))});
}

std::string HttpGet(uint16_t port, const std::string& path) {
  return RunCommand({"curl", "-s", "-i",
                     "http://127.0.0.1:" + std::to_string(port) + path})
      .output;
}

}  // namespace groupring::testing
