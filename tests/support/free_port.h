// A port of 127.0.0.1 for a server that must be told which one to take.
#ifndef GROUPRING_TESTS_SUPPORT_FREE_PORT_H_
#define GROUPRING_TESTS_SUPPORT_FREE_PORT_H_

#include <cstdint>

namespace groupring::testing {

// Free for UDP and TCP when chosen, outside the range that the kernel gives to
// clients, and no other test takes it while this object lives. Some other
// program may: a server that cannot bind is started again with another one.
class FreePort {
 public:
  FreePort();
  ~FreePort();
  FreePort(const FreePort&) = delete;
  FreePort& operator=(const FreePort&) = delete;

  uint16_t number() const { return number_; }

 private:
  uint16_t number_ = 0;
  int claim_ = -1;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_FREE_PORT_H_
