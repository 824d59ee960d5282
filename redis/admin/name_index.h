// The names that Redis holds keys of, in order.
#ifndef GROUPRING_REDIS_ADMIN_NAME_INDEX_H_
#define GROUPRING_REDIS_ADMIN_NAME_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/packed_texts.h"

namespace groupring::redis {

// Takes some 50 bytes for each name. By groupring's schema only.
class NameIndex {
 public:
  // Walks over the key space. A key whose value makes no name counts as well,
  // since no value is read; keys of names that are not stored as such do not.
  static absl::StatusOr<NameIndex> Read(Connection* connection);

  size_t size() const { return order_.size(); }

  // The first names behind `name` (of the list, for ""), at most so many.
  std::vector<std::string> Behind(std::string_view name, size_t most) const;

 private:
  PackedTexts names_;
  std::vector<uint32_t> order_;  // of names_, sorted
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_ADMIN_NAME_INDEX_H_
