// The nodes of this process, one for each settings file. A node lives from the
// first session that needs it until the process ends.
#ifndef GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_
#define GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_

#include <string>

#include "absl/status/statusor.h"
#include "backend/node/node.h"

namespace groupring::backend {

// This is the only global state. PowerDNS makes a Lua state for each of its
// threads and ends it with the thread, but one engine has to serve them all.
//
// A node is stopped when the process exits and never destroyed, because threads
// of the host may still use it. After fork the child does not touch the nodes
// of its parent, because their threads do not exist in it.
class ProcessNodes {
 public:
  // Starts the node at the first call for the file, and then waits for its
  // first load, for two seconds at most; concurrent callers wait as well. If
  // `settings_file` is empty, takes the default file, or the defaults if that
  // does not exist. Thread-safe.
  static absl::StatusOr<Node*> Get(const std::string& settings_file);

  // Called when the node has answered a client's question: from now on it is
  // reported in Redis, keeps its state, and serves its pages where [embedded]
  // http is set. (Tools like pdnsutil open sessions,
  // too, and must not be reported.) Cheap except for the first time.
  // Thread-safe.
  static void AnswersClients(Node* node);

  // A number that differs between a process and its children.
  static unsigned Generation();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_EMBEDDED_PROCESS_NODES_H_
