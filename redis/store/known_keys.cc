#include "redis/store/known_keys.h"

#include "redis/base/name_map.h"

namespace groupring::redis {
namespace {

// Fewer than these are never too many.
constexpr size_t kFew = 10'000;

}  // namespace

void KnownKeys::WalkEnded(size_t keys) {
  if (hashes_.size() > kFew && hashes_.size() > 2 * keys) hashes_ = {};
}

size_t KnownKeys::HashOf(std::string_view key) { return NameHash()(key); }

}  // namespace groupring::redis
