// Reads what checkers have written: settings of checks, checkers, verdicts.
#ifndef GROUPRING_REDIS_LOAD_HEALTH_READER_H_
#define GROUPRING_REDIS_LOAD_HEALTH_READER_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/load/build.h"
#include "redis/model/health_data.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

// Reads everything once, and then what is said to have changed: of verdicts,
// those of one checker on one group at a time. Not thread-safe.
class HealthReader {
 public:
  // Whether the key is one of those read here; it is read again with the next
  // ReadChanged.
  bool NoteChanged(std::string_view key);

  // The groups to read from now on; those that are new are read with the next
  // ReadChanged.
  void SetGroups(std::vector<std::string> groups);
  void NoteGroup(const std::string& group, bool exists);

  // Everything is read with the next ReadChanged.
  void NoteEverythingChanged();

  bool has_changes() const {
    return basics_changed_ || !checks_.empty() || !verdicts_.empty();
  }

  // Reads what has changed. A key that cannot be read, or a value that makes no
  // sense, leaves what was in force. Returns whether the data has changed.
  absl::StatusOr<bool> ReadChanged(Connection* connection, Findings* findings);

  // Never null.
  const std::shared_ptr<const HealthData>& data() const { return data_; }

 private:
  struct VerdictsOf {
    std::string checker;
    std::string group;

    bool operator<(const VerdictsOf& other) const {
      return std::tie(checker, group) < std::tie(other.checker, other.group);
    }
  };

  absl::Status ReadBasics(Connection* connection, Findings* findings,
                          HealthData* data);
  static absl::Status ReadCheckers(Connection* connection, Findings* findings,
                                   std::vector<CheckerStatus>* checkers);
  absl::Status ReadGroups(Connection* connection, Findings* findings,
                          HealthData* data);

  std::set<std::string> groups_;
  bool basics_changed_ = true;
  std::set<std::string> checks_;   // groups whose CHECK is to be read
  std::set<VerdictsOf> verdicts_;  // to be read
  std::shared_ptr<const HealthData> data_ = std::make_shared<HealthData>();
};

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_HEALTH_READER_H_
