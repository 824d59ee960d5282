// Whether a change has reached the master's replicas.
#ifndef GROUPRING_REDIS_MODEL_REPLICATED_H_
#define GROUPRING_REDIS_MODEL_REPLICATED_H_

#include <string>

namespace groupring::redis {

struct Replicated {
  enum class State {
    kNotExpected,  // there are no replicas, and none are expected
    kConfirmed,    // by at least one replica
    kUnconfirmed,  // the change may be lost if the master fails
  };
  State state = State::kNotExpected;
  int replicas = 0;   // connected to the master
  int confirmed = 0;  // replicas that have the change
  std::string why;    // why it is unconfirmed, in words
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_MODEL_REPLICATED_H_
