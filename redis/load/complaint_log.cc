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
    if (by_key.contains(key) || open_.erase(key) == 0) continue;
    Unlist(key);
    Say(Severity::kInfo,
        absl::StrFormat("Redis key %s: has been put right", Quoted(key)));
  }
  for (const auto& [key, about_key] : by_key) UpdateKey(key, about_key);
}

void ComplaintLog::Forget(const std::string& key) {
  if (open_.erase(key) > 0) Unlist(key);
}

Complaints ComplaintLog::Open(size_t limit, size_t* total) const {
  const MutexLock lock(&mutex_);
  *total = keys_;
  Complaints complaints;
  for (const auto& [key, texts] : listed_) {
    for (const std::string& text : texts) {
      if (complaints.size() == limit) return complaints;
      complaints.push_back({key, text});
    }
  }
  return complaints;
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
      Say(Severity::kWarning,
          absl::StrFormat("Redis key %s: %s", Quoted(key), complaint->text));
    }
  }
  if (fresh > kMaxLinesPerKey) {
    Say(Severity::kWarning,
        absl::StrFormat("Redis key %s: %d more like these", Quoted(key),
                        fresh - kMaxLinesPerKey));
  }
  malformed_->fetch_add(fresh, std::memory_order_relaxed);
  if (now == before) return;
  before = std::move(now);
  List(key, complaints);
}

void ComplaintLog::List(const std::string& key,
                        const std::vector<const Complaint*>& complaints) {
  const MutexLock lock(&mutex_);
  keys_ = open_.size();
  if (listed_.size() >= kMaxListedKeys && !listed_.contains(key)) return;
  std::vector<std::string>& texts = listed_[key];
  texts.clear();
  for (const Complaint* complaint : complaints) {
    if (texts.size() == kMaxLinesPerKey) break;
    texts.push_back(complaint->text);
  }
}

void ComplaintLog::Unlist(const std::string& key) {
  const MutexLock lock(&mutex_);
  keys_ = open_.size();
  listed_.erase(key);
}

void ComplaintLog::Say(Severity severity, const std::string& line) {
  const auto now = clock_->Steady();
  if (now - minute_start_ >= std::chrono::minutes(1)) {
    minute_start_ = now;
    lines_this_minute_ = 0;
  }
  ++lines_this_minute_;
  if (lines_this_minute_ < kMaxLinesPerMinute) {
    log_(severity, line);
  } else if (lines_this_minute_ == kMaxLinesPerMinute) {
    log_(Severity::kWarning,
         "many values in Redis are malformed; the rest of this minute's are "
         "counted but not logged");
  }
}

}  // namespace groupring::redis
