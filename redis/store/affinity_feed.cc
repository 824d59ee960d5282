#include "redis/store/affinity_feed.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "redis/base/status_macros.h"
#include "redis/load/own_values.h"
#include "redis/schema/affinity.h"
#include "redis/schema/affinity_edits.h"
#include "redis/schema/keys.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;

// More changes may come while one is read, a few times in turn.
constexpr int kAttempts = 4;

// Comparisons wait until there is nothing to do for so long, and each of their
// steps keeps Redis and us busy for less than a millisecond.
constexpr milliseconds kQuiet{1000};
constexpr std::string_view kFieldsPerStep = "500";
constexpr milliseconds kPause{20};

// Whether all fields that a step of HSCAN returned are entries in force.
bool AreInForce(const std::vector<Reply>& fields,
                const AffinityEntries& entries) {
  for (size_t i = 0; i + 1 < fields.size(); i += 2) {
    const auto network = ParseAffinityPrefix(fields[i].text);
    if (!network.ok()) return false;
    const AffinityEntry* const entry = entries.Find(*network);
    if (entry == nullptr ||
        !IsWritten(*entry, fields[i].text, fields[i + 1].text)) {
      return false;
    }
  }
  return true;
}

// How many entries Redis has; nothing where it is no hash.
absl::StatusOr<std::optional<size_t>> ReadSize(Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   connection->Command({"HLEN", kAffinityKey}));
  std::optional<size_t> size;
  if (reply.type == Reply::Type::kInteger && reply.integer >= 0) {
    size = static_cast<size_t>(reply.integer);
  }
  return size;
}

}  // namespace

bool AffinityFeed::NoteChanged(std::string_view key) {
  if (key != kAffinityKey || !has_many()) return false;
  waits_ = true;
  return true;
}

absl::Status AffinityFeed::ReadChange(Connection* connection) {
  waits_ = false;
  ASSIGN_OR_RETURN(const bool told, ReadTold(connection));
  if (!told) queue_->AddAffinity();
  return absl::OkStatus();
}

absl::Status AffinityFeed::Step(Connection* connection) {
  next_step_ = std::nullopt;
  if (!has_many()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool same, CompareSome(connection));
  if (!same) queue_->AddAffinity();
  return absl::OkStatus();
}

absl::StatusOr<bool> AffinityFeed::ReadTold(Connection* connection) {
  const Dataset& dataset = publisher_->dataset();
  std::optional<AffinityEntries> entries;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // The size first: from then on Redis announces the next change.
    ASSIGN_OR_RETURN(const std::optional<size_t> size, ReadSize(connection));
    ASSIGN_OR_RETURN(const int64_t generation, generations_->Read(connection));
    const int64_t after = std::max(reached_, dataset.generation);
    if (generation != after || !entries) {
      ASSIGN_OR_RETURN(const std::optional<AffinityEdits> edits,
                       ReadAffinityEdits(after, generation, connection));
      reached_ = generation;
      if (!size || !edits || (edits->empty() && !entries)) return false;
      entries = Edited(entries ? *entries : *dataset.affinity, *edits);
      if (!entries) return false;
    }
    if (entries->size() + publisher_->mirror()->affinity_left_out() != size) {
      continue;  // perhaps more has come since
    }
    Staged staged;
    staged.affinity.emplace();
    if (!entries->empty()) {
      staged.affinity =
          std::make_shared<const AffinityEntries>(*std::move(entries));
    }
    publisher_->Commit(staged);
    CompareAt(clock_->Steady() + kQuiet);
    return true;
  }
  return false;
}

bool AffinityFeed::BeginComparison() {
  if (!has_many()) return false;
  // One is under way, or will be.
  if (!next_step_) CompareAt(clock_->Steady());
  return true;
}

absl::StatusOr<bool> AffinityFeed::CompareSome(Connection* connection) {
  ASSIGN_OR_RETURN(const Reply reply,
                   connection->Command({"HSCAN", kAffinityKey, cursor_, "COUNT",
                                        kFieldsPerStep}));
  if (reply.type != Reply::Type::kArray || reply.elements.size() != 2 ||
      !AreInForce(reply.elements[1].elements,
                  *publisher_->dataset().affinity)) {
    return false;
  }
  cursor_ = reply.elements[0].text;
  if (cursor_ != "0") {
    next_step_ = clock_->Steady() + kPause;
    return true;
  }
  ASSIGN_OR_RETURN(const std::optional<size_t> size, ReadSize(connection));
  return size == fields();
}

void AffinityFeed::Clear() {
  waits_ = false;
  reached_ = 0;
  next_step_ = std::nullopt;
}

bool AffinityFeed::has_many() const {
  const auto& entries = publisher_->dataset().affinity;
  return entries != nullptr && entries->size() > kFew;
}

size_t AffinityFeed::fields() const {
  return publisher_->dataset().affinity->size() +
         publisher_->mirror()->affinity_left_out();
}

void AffinityFeed::CompareAt(TimePoint at) {
  next_step_ = at;
  cursor_.assign(1, '0');
}

}  // namespace groupring::redis
