#include "backend/embedded/process_nodes.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "backend/embedded/host_log.h"
#include "backend/embedded/pages_server.h"
#include "backend/node/options.h"
#include "backend/settings/settings.h"
#include "redis/base/clock.h"
#include "redis/base/mutex.h"

namespace groupring::backend {
namespace {

constexpr std::chrono::milliseconds kStartWait{2000};

// Threads inherit the mask of their maker; the host's signals are handled by
// the host's threads.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

struct Nodes {
  Mutex mutex;
  std::map<std::string, std::unique_ptr<Node>> by_file ABSL_GUARDED_BY(mutex);
  std::set<const Node*> live ABSL_GUARDED_BY(mutex);
  // Of live nodes.
  std::vector<std::unique_ptr<PagesServer>> pages ABSL_GUARDED_BY(mutex);
};

std::atomic<unsigned> generation{0};
// Replaced and not emptied after a fork, because the mutex may have been held
// and the nodes' threads do not exist. Never freed.
std::atomic<Nodes*> current{nullptr};

void StopAll() {
  Nodes* const nodes = current;
  const MutexLock lock(&nodes->mutex);
  for (const auto& server : nodes->pages) server->Stop();
  for (const auto& [file, node] : nodes->by_file) node->Stop();
}

void ForgetParents() {
  current = new Nodes;
  ++generation;
}

Nodes* Current() {
  static std::once_flag once;
  std::call_once(once, [] {
    current = new Nodes;
    std::atexit(StopAll);
    pthread_atfork(nullptr, nullptr, ForgetParents);
  });
  return current;
}

const SystemClock* TheClock() {
  static const auto* const clock = new SystemClock;
  return clock;
}

}  // namespace

absl::StatusOr<Node*> ProcessNodes::Get(const std::string& settings_file) {
  Nodes* const nodes = Current();
  const MutexLock lock(&nodes->mutex);
  if (const auto found = nodes->by_file.find(settings_file);
      found != nodes->by_file.end()) {
    return found->second.get();
  }
  const absl::StatusOr<Settings> settings =
      LoadSettingsOrDefaults(settings_file);
  if (!settings.ok()) return settings.status();
  absl::StatusOr<std::unique_ptr<Node>> node = Node::Create(
      *settings, {redis::NodeKind::kEmbedded, CommandLineOf(getpid())},
      TheClock(), HostLog(settings->log.level));
  if (!node.ok()) return node.status();
  {
    const SignalsBlocked blocked;
    (*node)->Start(kStartWait);
  }
  return (nodes->by_file[settings_file] = *std::move(node)).get();
}

void ProcessNodes::AnswersClients(Node* node) {
  Nodes* const nodes = Current();
  const MutexLock lock(&nodes->mutex);
  if (!nodes->live.insert(node).second) return;
  const SignalsBlocked blocked;
  node->GoLive();
  // It opens its socket on a thread of its own: no question waits for it.
  nodes->pages.push_back(
      std::make_unique<PagesServer>(node, HostLog(node->settings().log.level)));
  nodes->pages.back()->Start();
}

unsigned ProcessNodes::Generation() { return generation; }

}  // namespace groupring::backend
