#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>

#include "backend/node/node.h"
#include "backend/node/options.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/transport/stdio_server.h"
#include "redis/base/clock.h"

namespace groupring::backend {
namespace {

// PowerDNS waits two seconds for an answer, and ends when its first question,
// the list of zones, fails. The first load may take half of that.
constexpr std::chrono::milliseconds kStartWait{1000};

}  // namespace

int Pipe(const Arguments& arguments) {
  const absl::StatusOr<Settings> settings =
      SettingsFor(ProgramOptions(arguments));
  if (!settings.ok()) return Fail(settings.status());
  std::signal(SIGPIPE, SIG_IGN);
  // PowerDNS passes on all its open descriptors. Its sockets would stay open
  // here after it has closed them.
  close_range(STDERR_FILENO + 1, ~0U, 0);

  const LogSink log = StderrLog(settings->log.level);
  const SystemClock clock;
  const absl::StatusOr<std::unique_ptr<Node>> node = Node::Create(
      *settings, {redis::NodeKind::kCoprocess, CommandLineOf(getppid())},
      &clock, log);
  if (!node.ok()) {
    Fail(node.status());
    return kExitFailed;
  }
  (*node)->Start(kStartWait);
  (*node)->GoLive();
  Engine* const engine = (*node)->engine();
  const std::unique_ptr<Handler> handler = engine->NewHandler();
  ServeStdio(STDIN_FILENO, STDOUT_FILENO, handler.get(), &clock, log);
  (*node)->Stop();
  return kExitDone;
}

}  // namespace groupring::backend
