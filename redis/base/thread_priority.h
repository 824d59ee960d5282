// The priority of threads whose work can wait.
#ifndef GROUPRING_REDIS_BASE_THREAD_PRIORITY_H_
#define GROUPRING_REDIS_BASE_THREAD_PRIORITY_H_

namespace groupring {

// Lowers the priority of the calling thread, so that it takes no processor time
// from threads that answer queries or follow Redis. It cannot be raised again.
// If the system refuses, the priority stays the usual one.
void LowerThreadPriority();

}  // namespace groupring

#endif  // GROUPRING_REDIS_BASE_THREAD_PRIORITY_H_
