#include "redis/load/value_reader.h"

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

#include "redis/base/status_macros.h"
#include "redis/connection/error_reply.h"

namespace groupring::redis {
namespace {

// Enough commands under way to keep Redis busy while we parse, and few enough
// to bound the memory that both sides need for them.
constexpr size_t kWindow = 512;

std::string_view SizeCommand(ValueType type) {
  return type == ValueType::kHash ? "HLEN" : "SCARD";
}
std::string_view ReadCommand(ValueType type) {
  return type == ValueType::kHash ? "HGETALL" : "SMEMBERS";
}

using Command = std::string_view (*)(ValueType);
using Take = std::function<absl::Status(const ValueJob& job, Reply reply)>;

absl::Status Pipeline(const std::vector<const ValueJob*>& jobs, Command command,
                      const Take& take, Connection* connection) {
  size_t sent = 0;
  for (size_t done = 0; done < jobs.size(); ++done) {
    // Topped up by halves: one write for many commands.
    if (sent - done <= kWindow / 2) {
      for (; sent < jobs.size() && sent - done < kWindow; ++sent) {
        connection->Append({command(jobs[sent]->type), jobs[sent]->key});
      }
    }
    ASSIGN_OR_RETURN(Reply reply, connection->Read());
    RETURN_IF_ERROR(take(*jobs[done], std::move(reply)));
  }
  return absl::OkStatus();
}

// What was refused about one key.
absl::StatusOr<RawValue::Kind> KindOfError(const std::string& error) {
  const absl::Status status = StatusOfErrorReply(error);
  if (absl::IsInvalidArgument(status)) return RawValue::Kind::kWrongType;
  if (absl::IsPermissionDenied(status)) return RawValue::Kind::kDenied;
  return status;
}

}  // namespace

absl::Status ReadValues(const std::vector<ValueJob>& jobs,
                        Connection* connection) {
  std::vector<const ValueJob*> all;
  std::vector<const ValueJob*> to_read;
  all.reserve(jobs.size());
  for (const ValueJob& job : jobs) all.push_back(&job);
  const auto take_size = [&](const ValueJob& job,
                             const Reply& reply) -> absl::Status {
    if (reply.is_error()) {
      ASSIGN_OR_RETURN(const RawValue::Kind kind, KindOfError(reply.text));
      if (kind == RawValue::Kind::kWrongType) {
        job.value->kind = kind;
      } else {
        to_read.push_back(&job);  // perhaps it is the size that is denied
      }
    } else if (reply.type != Reply::Type::kInteger) {
      job.value->kind = RawValue::Kind::kNoTexts;
    } else if (reply.integer > job.largest) {
      *job.value = {RawValue::Kind::kTooLarge, {}, reply.integer};
    } else if (reply.integer != 0) {
      to_read.push_back(&job);
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(Pipeline(all, SizeCommand, take_size, connection));
  const auto take_value = [](const ValueJob& job, Reply reply) -> absl::Status {
    ASSIGN_OR_RETURN(*job.value, ToRawValue(std::move(reply)));
    if (job.type == ValueType::kHash && job.value->items.size() % 2 != 0) {
      *job.value = {RawValue::Kind::kNoTexts, {}};
    }
    return absl::OkStatus();
  };
  return Pipeline(to_read, ReadCommand, take_value, connection);
}

absl::StatusOr<RawValue> ToRawValue(Reply reply) {
  RawValue value;
  if (reply.is_error()) {
    ASSIGN_OR_RETURN(value.kind, KindOfError(reply.text));
    return value;
  }
  if (reply.type != Reply::Type::kArray) {
    return absl::InternalError("Redis replied to a read with no array");
  }
  if (reply.elements.empty()) return value;
  value.kind = RawValue::Kind::kValue;
  value.items.reserve(reply.elements.size());
  for (Reply& element : reply.elements) {
    if (element.type != Reply::Type::kString) {
      return RawValue{RawValue::Kind::kNoTexts, {}};
    }
    value.items.push_back(std::move(element.text));
  }
  return value;
}

}  // namespace groupring::redis
