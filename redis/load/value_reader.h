// Reads sets and hashes in pipelines, those of bearable size.
#ifndef GROUPRING_REDIS_LOAD_VALUE_READER_H_
#define GROUPRING_REDIS_LOAD_VALUE_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "redis/connection/connection.h"
#include "redis/connection/reply.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {

enum class ValueType { kSet, kHash };

// One key to read, and where its value goes, which is empty before.
struct ValueJob {
  ValueType type = ValueType::kSet;
  std::string key;
  int64_t largest = 0;  // in members or fields
  RawValue* value = nullptr;
};

// Reads what is missing or small with one command (SSCAN, HSCAN), which never
// returns much more than a thousand elements. Of larger values it asks the size
// first, and leaves out what is too large. A user who may not look asks for all
// sizes, and one who may not do that either reads whatever is there. A key
// that is too large, of the wrong type, or that the user may not read is a
// value like any other; any other error fails the whole, so that a server that
// is not ready never looks like an empty one.
absl::Status ReadValues(const std::vector<ValueJob>& jobs,
                        Connection* connection);

// The same in steps, between which other commands can be sent and the caller
// can do something else. Replies come in the order of the commands, so whoever
// asks first takes first. Not thread-safe.
class ValueReader {
 public:
  explicit ValueReader(Connection* connection) : connection_(connection) {}
  ValueReader(const ValueReader&) = delete;
  ValueReader& operator=(const ValueReader&) = delete;

  // Sends the first commands. The jobs outlive the reader.
  absl::Status Ask(const std::vector<ValueJob>& jobs);
  // Whether TakeLooks will ask for nothing more.
  bool asked_all() const { return sent_ == jobs_.size(); }
  // Takes what Ask asked for.
  absl::Status TakeLooks();
  // Asks for what is too large to be read at once, and takes it.
  absl::Status Finish();

 private:
  void AskMore(size_t taken);

  Connection* const connection_;
  std::vector<const ValueJob*> jobs_;
  size_t sent_ = 0;  // of jobs_: commands for so many
  // Users with the rights of before may not look: once that is known no more is
  // asked for.
  bool refused_ = false;
  std::vector<const ValueJob*> to_measure_;
};

// Finds out for many keys at once (EXISTS) whether there are any, which is
// worth it where most are missing; Redis remembers all of them as if each had
// been read.
void AskMissing(const std::vector<ValueJob>& jobs, Connection* connection);
// Leaves the jobs that AskMissing asked for and whose keys there are. Jobs of
// keys of which that is not known, because the user may not ask, stay. Other
// errors are as those of ReadValues.
absl::Status EraseMissing(std::vector<ValueJob>* jobs, Connection* connection);

// The reply to a command that reads a set or a hash. The status is that of an
// error other than a wrong type or a missing right.
absl::StatusOr<RawValue> ToRawValue(Reply reply);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_LOAD_VALUE_READER_H_
