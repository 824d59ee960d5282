#include "redis/admin/stream_read.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "redis/connection/error_reply.h"
#include "redis/schema/raw_value.h"

namespace groupring::redis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kMaxEntriesPerRead = "1000";

bool IsPair(const Reply& reply) {
  return reply.type == Reply::Type::kArray && reply.elements.size() == 2;
}

Reply NoEntries() {
  Reply reply;
  reply.type = Reply::Type::kArray;
  return reply;
}

}  // namespace

void ForEachEntry(const Reply& entries,
                  const std::function<void(const std::string& id,
                                           const Reply& fields)>& entry) {
  for (const Reply& reply : entries.elements) {
    if (IsPair(reply)) entry(reply.elements[0].text, reply.elements[1]);
  }
}

int64_t TimeOfEntry(const std::string& id) {
  return ParseWholeNumber(id.substr(0, id.find('-')), 0,
                          std::numeric_limits<int64_t>::max())
      .value_or(0);
}

absl::StatusOr<Reply> ReadNewestEntries(std::string_view stream, size_t count,
                                        Connection* connection) {
  if (count == 0) return NoEntries();
  absl::StatusOr<Reply> reply = connection->Command(
      {"XREVRANGE", stream, "+", "-", "COUNT", std::to_string(count)});
  if (!reply.ok()) return reply.status();
  if (reply->is_error()) return StatusOfWriteError(reply->text);
  return reply;
}

absl::StatusOr<Reply> WaitForEntries(std::string_view stream,
                                     const std::string& id, milliseconds wait,
                                     Connection* connection) {
  // Each XREAD must end before the deadline of its reply, so it is repeated.
  const milliseconds longest =
      std::max(milliseconds(1), connection->command_timeout() / 2);
  const auto deadline = steady_clock::now() + wait;
  while (true) {
    const milliseconds left = std::chrono::duration_cast<milliseconds>(
        deadline - steady_clock::now());
    // BLOCK 0 would mean to wait forever.
    const bool block = left.count() > 0;
    const std::string time = std::to_string(std::min(left, longest).count());
    absl::StatusOr<Reply> reply =
        block ? connection->Command({"XREAD", "COUNT", kMaxEntriesPerRead,
                                     "BLOCK", time, "STREAMS", stream, id})
              : connection->Command({"XREAD", "COUNT", kMaxEntriesPerRead,
                                     "STREAMS", stream, id});
    if (!reply.ok()) return reply.status();
    if (reply->is_error()) return StatusOfWriteError(reply->text);
    // The reply has one stream: its key and its entries.
    if (!reply->elements.empty() && IsPair(reply->elements[0])) {
      return std::move(reply->elements[0].elements[1]);
    }
    if (!block) return NoEntries();
  }
}

}  // namespace groupring::redis
