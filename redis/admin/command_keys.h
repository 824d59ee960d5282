// Which keys a command of Redis writes, and of which type they must be.
#ifndef GROUPRING_REDIS_ADMIN_COMMAND_KEYS_H_
#define GROUPRING_REDIS_ADMIN_COMMAND_KEYS_H_

#include <string>
#include <string_view>
#include <vector>

#include "redis/admin/admin.h"

namespace groupring::redis {

// For the commands that changes are made of: on hashes, sets and whole keys.
// Of any other command the first word after its name.
std::vector<std::string> KeysOf(const RedisCommand& command);

// What TYPE must say of those keys if they exist; empty: anything.
std::string_view TypeFor(const RedisCommand& command);

// Whether the command leaves its keys missing.
bool Deletes(const RedisCommand& command);

// The names whose CONFIG or GROUPS the commands write, sorted.
std::vector<std::string> NamesWritten(
    const std::vector<RedisCommand>& commands);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_COMMAND_KEYS_H_
