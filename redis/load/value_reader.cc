#include "redis/load/value_reader.h"

#include <algorithm>
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

// The first look at a value: so many elements are read without asking for the
// size. Larger values are rare; of these the size is asked first, because a
// foreign set may have millions of members.
constexpr std::string_view kMostAtOnce = "1100";

// Of so many keys it is asked at once whether there are any. Where one in a
// hundred exists, few have to be looked at for the sake of another.
constexpr size_t kKeysAtOnce = 16;

std::string_view LookCommand(ValueType type) {
  return type == ValueType::kHash ? "HSCAN" : "SSCAN";
}
std::string_view SizeCommand(ValueType type) {
  return type == ValueType::kHash ? "HLEN" : "SCARD";
}
std::string_view ReadCommand(ValueType type) {
  return type == ValueType::kHash ? "HGETALL" : "SMEMBERS";
}

// Appends the command for a job.
using Ask = std::function<void(const ValueJob& job)>;
using Take = std::function<absl::Status(const ValueJob& job, Reply reply)>;

absl::Status Pipeline(const std::vector<const ValueJob*>& jobs, const Ask& ask,
                      const Take& take, Connection* connection) {
  size_t sent = 0;
  for (size_t done = 0; done < jobs.size(); ++done) {
    if (sent - done <= kWindow / 2) {
      for (; sent < jobs.size() && sent - done < kWindow; ++sent) {
        ask(*jobs[sent]);
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

absl::Status TakeValue(const ValueJob& job, Reply reply) {
  ASSIGN_OR_RETURN(*job.value, ToRawValue(std::move(reply)));
  if (job.type == ValueType::kHash && job.value->items.size() % 2 != 0) {
    *job.value = {RawValue::Kind::kNoTexts, {}};
  }
  return absl::OkStatus();
}

int64_t SizeOf(const ValueJob& job) {
  const auto items = static_cast<int64_t>(job.value->items.size());
  return job.type == ValueType::kHash ? items / 2 : items;
}

// Takes a value that was looked at as far as that tells what it is. False: it
// is too large for that, or the look was refused.
absl::StatusOr<bool> TakeLook(const ValueJob& job, Reply reply) {
  if (reply.is_error()) {
    ASSIGN_OR_RETURN(const RawValue::Kind kind, KindOfError(reply.text));
    if (kind != RawValue::Kind::kWrongType) return false;
    job.value->kind = kind;
    return true;
  }
  if (reply.type != Reply::Type::kArray || reply.elements.size() != 2 ||
      reply.elements[0].type != Reply::Type::kString ||
      reply.elements[1].type != Reply::Type::kArray) {
    job.value->kind = RawValue::Kind::kNoTexts;
    return true;
  }
  if (reply.elements[0].text != "0") return false;
  RETURN_IF_ERROR(TakeValue(job, std::move(reply.elements[1])));
  if (const int64_t size = SizeOf(job); size > job.largest) {
    *job.value = {RawValue::Kind::kTooLarge, {}, size};
  }
  return true;
}

}  // namespace

absl::Status ReadValues(const std::vector<ValueJob>& jobs,
                        Connection* connection) {
  ValueReader reader(connection);
  RETURN_IF_ERROR(reader.Ask(jobs));
  RETURN_IF_ERROR(reader.TakeLooks());
  return reader.Finish();
}

absl::Status ValueReader::Ask(const std::vector<ValueJob>& jobs) {
  jobs_.reserve(jobs.size());
  for (const ValueJob& job : jobs) jobs_.push_back(&job);
  AskMore(0);
  return connection_->Send();
}

void ValueReader::AskMore(size_t taken) {
  // Topped up by halves: one write for many commands.
  if (sent_ - taken > kWindow / 2 || refused_) return;
  for (; sent_ < jobs_.size() && sent_ - taken < kWindow; ++sent_) {
    const ValueJob& job = *jobs_[sent_];
    connection_->Append(
        {LookCommand(job.type), job.key, "0", "COUNT", kMostAtOnce});
  }
}

absl::Status ValueReader::TakeLooks() {
  size_t taken = 0;
  for (; taken < sent_; ++taken) {
    AskMore(taken);
    ASSIGN_OR_RETURN(Reply reply, connection_->Read());
    const bool is_error = reply.is_error();
    const ValueJob& job = *jobs_[taken];
    ASSIGN_OR_RETURN(const bool told, TakeLook(job, std::move(reply)));
    if (told) continue;
    refused_ = refused_ || is_error;
    to_measure_.push_back(&job);
  }
  to_measure_.insert(to_measure_.end(),
                     jobs_.begin() + static_cast<std::ptrdiff_t>(taken),
                     jobs_.end());
  return absl::OkStatus();
}

absl::Status ValueReader::Finish() {
  std::vector<const ValueJob*> to_read;
  const auto measure = [&](const ValueJob& job) {
    connection_->Append({SizeCommand(job.type), job.key});
  };
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
  RETURN_IF_ERROR(Pipeline(to_measure_, measure, take_size, connection_));
  const auto read = [&](const ValueJob& job) {
    connection_->Append({ReadCommand(job.type), job.key});
  };
  return Pipeline(to_read, read, TakeValue, connection_);
}

void AskMissing(const std::vector<ValueJob>& jobs, Connection* connection) {
  for (size_t begin = 0; begin < jobs.size(); begin += kKeysAtOnce) {
    std::vector<std::string_view> words = {"EXISTS"};
    for (size_t i = begin; i < std::min(begin + kKeysAtOnce, jobs.size());
         ++i) {
      words.push_back(jobs[i].key);
    }
    connection->Append(words);
  }
}

absl::Status EraseMissing(std::vector<ValueJob>* jobs, Connection* connection) {
  std::vector<ValueJob> left;
  for (size_t begin = 0; begin < jobs->size(); begin += kKeysAtOnce) {
    ASSIGN_OR_RETURN(const Reply reply, connection->Read());
    if (reply.is_error()) RETURN_IF_ERROR(KindOfError(reply.text).status());
    if (reply.type == Reply::Type::kInteger && reply.integer == 0) continue;
    for (size_t i = begin; i < std::min(begin + kKeysAtOnce, jobs->size());
         ++i) {
      left.push_back(std::move((*jobs)[i]));
    }
  }
  *jobs = std::move(left);
  return absl::OkStatus();
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
