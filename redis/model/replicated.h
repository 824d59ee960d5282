// How far a change has got beyond the master.
#ifndef GROUPRING_REDIS_MODEL_REPLICATED_H_
#define GROUPRING_REDIS_MODEL_REPLICATED_H_

#include <string>

namespace groupring::redis {

struct Replicated {
  enum class State {
    kNotExpected,  // there are no replicas, and none are expected
    kConfirmed,    // by one at least
    kUnconfirmed,  // it may be lost should the master fail
  };
  State state = State::kNotExpected;
  int replicas = 0;   // connected to the master
  int confirmed = 0;  // have it
  std::string why;    // it is unconfirmed, in words
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_REPLICATED_H_
