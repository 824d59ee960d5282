// `groupring serve`, the program itself, with sockets of the test's own.
#ifndef GROUPRING_TESTS_SUPPORT_GROUPRING_SERVER_H_
#define GROUPRING_TESTS_SUPPORT_GROUPRING_SERVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/free_port.h"
#include "tests/support/process.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

// The path of the program under test.
std::string GroupringProgram();

// A settings file and the paths in it, for any command of the program.
class GroupringSettings {
 public:
  // `more` is TOML that follows ours, which ends in the section [redis].
  explicit GroupringSettings(const std::string& redis_url,
                             std::string_view more = {});

  const std::string& file() const { return file_; }
  std::string remote_socket() const { return directory_ / "remote.sock"; }
  std::string pipe_socket() const { return directory_ / "pipe.sock"; }
  std::string control_socket() const { return directory_ / "control.sock"; }
  uint16_t http_port() const { return http_port_.number(); }
  const TempDirectory& directory() const { return directory_; }

 private:
  TempDirectory directory_;
  FreePort http_port_;
  std::string file_;
};

// Whether a groupring with these settings answers questions.
bool HasLoaded(const GroupringSettings& settings);

// Runs it until the end of the test. That it then ends cleanly is part of
// every test: a sanitizer's finding shows there.
class GroupringServer {
 public:
  // Waits until it has loaded what is in Redis; with `loaded` false only until
  // it listens. `program` is another file that is groupring.
  explicit GroupringServer(const std::string& redis_url,
                           std::string_view more = {}, bool loaded = true,
                           std::string program = GroupringProgram());
  ~GroupringServer();

  const GroupringSettings& settings() const { return *settings_; }
  Process& process() { return *process_; }

  // `groupring replace` with more words; when it succeeds, process() is the
  // new one, and that the old one ended cleanly has been checked.
  CommandResult Replace(const std::vector<std::string>& words = {});

  // Ends it as a crash would.
  void Kill();
  // After Kill, or the end of process(): starts it with the same settings.
  void StartAgain();

 private:
  bool Start(bool loaded);

  const std::string program_;
  std::optional<GroupringSettings> settings_;
  std::optional<Process> process_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_GROUPRING_SERVER_H_
