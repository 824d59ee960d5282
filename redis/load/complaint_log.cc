#include "redis/load/complaint_log.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_format.h"

namespace groupring::redis {

void ComplaintLog::Update(const std::vector<std::string>& keys,
                          const Complaints& complaints) {
  if (complaints.empty() && open_.empty()) return;
  absl::flat_hash_map<std::string, std::vector<const Complaint*>> by_key;
  for (const Complaint& complaint : complaints) {
    by_key[complaint.key].push_back(&complaint);
  }
  for (const std::string& key : keys) {
    if (!by_key.contains(key)) open_.erase(key);
  }
  for (const auto& [key, about_key] : by_key) UpdateKey(key, about_key);
}

void ComplaintLog::UpdateKey(const std::string& key,
                             const std::vector<const Complaint*>& complaints) {
  Texts& before = open_[key];
  Texts now;
  size_t fresh = 0;
  for (const Complaint* complaint : complaints) {
    const uint64_t hash = absl::HashOf(complaint->text);
    if (!now.insert(hash).second || before.contains(hash)) continue;
    if (++fresh <= kMaxLinesPerKey) {
      Say(absl::StrFormat("Redis key %s: %s", Quoted(key), complaint->text));
    }
  }
  if (fresh > kMaxLinesPerKey) {
    Say(absl::StrFormat("Redis key %s: %d more like these", Quoted(key),
                        fresh - kMaxLinesPerKey));
  }
  malformed_->fetch_add(fresh, std::memory_order_relaxed);
  before = std::move(now);
}

void ComplaintLog::Say(const std::string& line) {
  const auto now = clock_->Steady();
  if (now - minute_start_ >= std::chrono::minutes(1)) {
    minute_start_ = now;
    lines_this_minute_ = 0;
  }
  ++lines_this_minute_;
  if (lines_this_minute_ < kMaxLinesPerMinute) {
    log_(Severity::kWarning, line);
  } else if (lines_this_minute_ == kMaxLinesPerMinute) {
    log_(Severity::kWarning,
         "many values in Redis are malformed; the rest of this minute's are "
         "counted but not logged");
  }
}

}  // namespace groupring::redis
