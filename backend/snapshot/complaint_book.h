// Complaints about the served data, by their source.
#ifndef GROUPRING_BACKEND_SNAPSHOT_COMPLAINT_BOOK_H_
#define GROUPRING_BACKEND_SNAPSHOT_COMPLAINT_BOOK_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "redis/base/log.h"
#include "redis/base/name_map.h"

namespace groupring::backend {

enum class ComplaintKind {
  kZone,        // SOA, NS, RECORDS of a zone
  kRecords,     // RECORDS of a zone that belong to a zone below
  kDisplaced,   // static records at a dynamic name
  kName,        // a name
  kRing,        // a list of groups, by its place
  kNameServer,  // served as it stands, and lacks something
};
inline constexpr size_t kComplaintKinds = 6;

// Costs as much as there is to complain of where something has changed. Not
// thread-safe.
class ComplaintBook {
 public:
  using Sentences = std::vector<std::string>;

  explicit ComplaintBook(LogSink log) : log_(std::move(log)) {}

  // These are all complaints of that kind about that subject now.
  void Set(ComplaintKind kind, const std::string& subject, Sentences sentences);
  // Nothing is known of any of that kind.
  void Clear(ComplaintKind kind);

  // Logs complaints that are new or settled since the last call. Returns
  // whether there were any.
  bool Report();

  // Sorted, each once: without (with only) those of kNameServer.
  std::shared_ptr<const Sentences> Complaints() const;
  std::shared_ptr<const Sentences> Shortcomings() const;

  // How many there are.
  size_t size() const { return counts_.size(); }

 private:
  void Count(const std::string& sentence, int change);
  std::shared_ptr<const Sentences> Sorted(bool shortcomings) const;

  const LogSink log_;
  // By kind and subject; none is empty.
  std::array<NameMap<Sentences>, kComplaintKinds> book_;
  // How many subjects have the sentence.
  absl::flat_hash_map<std::string, int> counts_;
  // Whether it was there at the last Report, of those that changed since.
  absl::flat_hash_map<std::string, bool> before_;
  Sentences changed_;  // the same, in their order
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_SNAPSHOT_COMPLAINT_BOOK_H_
