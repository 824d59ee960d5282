// Limits of a process that runs for a long time with many connections.
#ifndef GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_
#define GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_

namespace groupring::backend {

// Raises the soft limit of descriptors to the hard limit. The settings allow
// more connections than the usual soft limit of 1024, which is low for the sake
// of select(); nothing here uses that.
void RaiseDescriptorLimit();

// Limits the allocator's memory pools. By default there are up to eight for
// each core, and each keeps the memory that was once allocated in it; blocks of
// a megabyte or more stay outside them and go back to the system, however many
// there were before. To be called before any thread is started.
void BoundMemoryPools();

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DAEMON_PROCESS_LIMITS_H_
