// Limits of a process that has many connections and runs for long.
#ifndef GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_
#define GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_

namespace groupring::backend {

// To what the system allows. The settings allow more connections than the usual
// soft limit of 1024, which is low for the sake of select(); nothing here uses
// that.
void RaiseDescriptorLimit();

// By default the allocator makes up to eight pools for each core, and each
// keeps what was once allocated in it. Before any thread is started.
void BoundMemoryPools();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_
