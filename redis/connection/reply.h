// One reply of Redis, as a value.
#ifndef GROUPRING_REDIS_CONNECTION_REPLY_H_
#define GROUPRING_REDIS_CONNECTION_REPLY_H_

#include <cstdint>
#include <string>
#include <vector>

namespace groupring::redis {

struct Reply {
  enum class Type { kNil, kString, kStatus, kError, kInteger, kArray };

  Type type = Type::kNil;
  int64_t integer = 0;          // kInteger
  std::string text;             // kString, kStatus, kError
  std::vector<Reply> elements;  // kArray

  bool is_error() const { return type == Type::kError; }
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_CONNECTION_REPLY_H_
