// A change that an operator asks for: what it says and what it writes.
#ifndef GROUPRING_BACKEND_CHANGE_CHANGE_H_
#define GROUPRING_BACKEND_CHANGE_CHANGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "redis/model/audit_entry.h"
#include "redis/model/dataset.h"
#include "redis/schema/write_batch.h"

namespace groupring::backend {

// Who asks for a change, when and why.
struct Occasion {
  std::string who;     // user@host
  std::string reason;  // may be empty
  int64_t unix_millis = 0;

  int64_t unix_seconds() const { return unix_millis / 1000; }
};

struct Change {
  redis::ChangeKind kind = redis::ChangeKind::kGroupEnable;
  std::string target;  // "g1"
  // The target's state in words.
  std::string before;
  std::string after;
  // Sentences that an operator should read, without a full stop.
  std::vector<std::string> remarks;

  // What to write, all or nothing. Empty: all is as asked for already, and a
  // remark says so.
  redis::WriteBatch writes;
  // The same with the ramp that it starts at its end; empty: it starts none.
  redis::WriteBatch settled;
  int64_t settled_unix_seconds = 0;  // the end of the ramp; 0: no ramp
  // The names and groups that it is about, whether or not it writes to them.
  redis::DatasetChange about;

  // The group that goes out of service; empty: none does.
  std::string leaving_group;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_CHANGE_H_
