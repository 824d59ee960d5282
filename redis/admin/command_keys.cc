#include "redis/admin/command_keys.h"

#include <cstddef>
#include <set>

#include "absl/strings/ascii.h"
#include "redis/load/discovery.h"

namespace groupring::redis {
namespace {

constexpr size_t kAll = 0;

struct Shape {
  std::string_view word;
  size_t keys;  // how many follow the word
  std::string_view type;
};

constexpr Shape kShapes[] = {
    {"HSET", 1, "hash"},    {"HSETNX", 1, "hash"}, {"HMSET", 1, "hash"},
    {"HDEL", 1, "hash"},    {"SADD", 1, "set"},    {"SREM", 1, "set"},
    {"SMOVE", 2, "set"},    {"DEL", kAll, ""},     {"UNLINK", kAll, ""},
    {"RENAME", 2, ""},      {"RENAMENX", 2, ""},   {"COPY", 2, ""},
    {"HINCRBY", 1, "hash"}, {"XADD", 1, "stream"}, {"ZADD", 1, "zset"},
};

Shape ShapeOf(const RedisCommand& command) {
  std::string word = command.empty() ? "" : command[0];
  absl::AsciiStrToUpper(&word);
  for (const Shape& shape : kShapes) {
    if (shape.word == word) return shape;
  }
  return {"", 1, ""};
}

}  // namespace

std::vector<std::string> KeysOf(const RedisCommand& command) {
  const size_t count = ShapeOf(command).keys;
  std::vector<std::string> keys;
  for (size_t i = 1; i < command.size() && (count == kAll || i <= count); ++i) {
    keys.push_back(command[i]);
  }
  return keys;
}

std::string_view TypeFor(const RedisCommand& command) {
  return ShapeOf(command).type;
}

bool Deletes(const RedisCommand& command) {
  return ShapeOf(command).keys == kAll;
}

std::vector<std::string> NamesWritten(
    const std::vector<RedisCommand>& commands) {
  std::set<std::string> names;
  for (const RedisCommand& command : commands) {
    for (const std::string& key : KeysOf(command)) {
      std::string name = ClassifyKey(key).name;
      if (!name.empty()) names.insert(std::move(name));
    }
  }
  return {names.begin(), names.end()};
}

}  // namespace groupring::redis
