// The nodes of this process: one for each settings file, however many sessions
// come and go, from the first that needs it until the process ends.
#ifndef GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_
#define GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/node/node.h"

namespace groupring::backend {

// The only state that outlives a call: PowerDNS makes a Lua state for each of
// its threads and ends it with the thread, while the engine and the threads
// that follow Redis have to be one for all of them.
//
// A node is stopped when the process exits but never destroyed, since threads
// of the host may still ask it. Nodes of a process that forked are left alone
// in the child, where their threads do not exist.
class ProcessNodes {
 public:
  // Starts the node if it is the first time. Blocks for the first load of it,
  // for two seconds at most; concurrent callers wait for the same. An empty
  // `settings_file` is the default one, or defaults if there is none.
  // Thread-safe.
  static absl::StatusOr<Node*> Get(const std::string& settings_file);

  // That questions of clients are answered by the node: from now on it says so
  // in Redis and keeps its state. Not before, because tools like pdnsutil open
  // a session too. Cheap when it is not the first time. Thread-safe.
  static void AnswersClients(Node* node);

  // Differs in a child process from what it was before the fork.
  static unsigned Generation();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_
