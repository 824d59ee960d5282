#include "tests/support/groupring_server.h"

#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/support/catch.h"
#include "tests/support/unix_stream.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr int kPortAttempts = 5;

bool Listens(const std::string& socket) {
  try {
    UnixStream stream(socket);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool Listens(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address),
                                   sizeof(address)) == 0;
  ::close(fd);
  return connected;
}

}  // namespace

std::string GroupringProgram() { return GROUPRING_PROGRAM; }

GroupringSettings::GroupringSettings(const std::string& redis_url,
                                     std::string_view more) {
  std::filesystem::create_directory(directory_ / "state");
  file_ = directory_.Write(
      "groupring.toml",
      "[listen]\nremote_unix = \"" + remote_socket() + "\"\npipe_unix = \"" +
          pipe_socket() + "\"\nhttp = \"127.0.0.1:" +
          std::to_string(http_port()) + "\"\ncontrol = \"" + control_socket() +
          "\"\n\n[state]\ndirectory = \"" + (directory_ / "state") +
          "\"\n\n[redis]\nurl = \"" + redis_url + "\"\n" + std::string(more));
}

// Before the first load it breaks the connection rather than answer.
bool HasLoaded(const GroupringSettings& settings) {
  try {
    UnixStream stream(settings.remote_socket());
    stream.lines().Send(
        "{\"method\":\"getAllDomains\",\"parameters\":"
        "{\"include_disabled\":true}}\n");
    return stream.lines().ReadLine().has_value();
  } catch (const std::runtime_error&) {
    return false;
  }
}

GroupringServer::GroupringServer(const std::string& redis_url,
                                 std::string_view more, bool loaded,
                                 std::string program)
    : program_(std::move(program)) {
  std::string log;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    settings_.emplace(redis_url, more);
    if (Start(loaded)) return;
    log = process_->Log();
    process_.reset();
  }
  throw std::runtime_error("groupring serve does not start:\n" + log);
}

bool GroupringServer::Start(bool loaded) {
  process_.emplace(
      ProcessOptions{.argv = {program_, "serve", "--config", settings_->file()},
                     .log_file = settings_->directory() / "groupring.log"});
  const bool ready = WaitUntil([&] {
    return !process_->Running() || (Listens(settings_->remote_socket()) &&
                                    Listens(settings_->pipe_socket()) &&
                                    Listens(settings_->http_port()));
  });
  if (ready && loaded) {
    WaitUntil([&] { return !process_->Running() || HasLoaded(*settings_); });
  }
  return ready && process_->Running();
}

CommandResult GroupringServer::Replace(const std::vector<std::string>& words) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  std::vector<std::string> argv = {GroupringProgram(), "replace", "--config",
                                   settings_->file()};
  argv.insert(argv.end(), words.begin(), words.end());
  CommandResult result = RunCommand(argv);
  const std::string before = "is replaced by process ";
  const size_t at = result.errors.find(before);
  if (result.status == 0 && at != std::string::npos) {
    const int pid = std::stoi(result.errors.substr(at + before.size()));
    INFO("the log of groupring serve:\n" << process_->Log());
    CHECK(process_->GoOnAs(pid) == 0);
  }
  return result;
}

void GroupringServer::Kill() {
  process_->Stop(SIGKILL);
  process_.reset();
}

void GroupringServer::StartAgain() {
  if (!Start(/*loaded=*/true)) {
    throw std::runtime_error("groupring serve does not start again:\n" +
                             process_->Log());
  }
}

GroupringServer::~GroupringServer() {
  if (!process_) return;
  const int status = process_->Stop();
  INFO("the log of groupring serve:\n" << process_->Log());
  CHECK(status == 0);
}

}  // namespace groupring::testing
