#include "backend/handover/connection_records.h"

#include <charconv>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kMark = "groupring-connections";

// Reads fields that end in a blank or a newline, and counted bytes.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  std::optional<std::string_view> Word(char end) {
    const size_t at = text_.find(end);
    if (at == text_.npos) return std::nullopt;
    const std::string_view word = text_.substr(0, at);
    text_.remove_prefix(at + 1);
    return word;
  }

  template <typename Number>
  bool ReadNumber(char end, Number* number) {
    const std::optional<std::string_view> word = Word(end);
    if (!word || word->empty()) return false;
    const char* const last = word->data() + word->size();
    const auto [rest, error] = std::from_chars(word->data(), last, *number);
    return error == std::errc() && rest == last;
  }

  bool ReadBytes(size_t size, std::string* bytes) {
    if (size > text_.size()) return false;
    bytes->assign(text_.substr(0, size));
    text_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view text_;
};

bool ReadRecord(Reader* reader, ConnectionRecord* record) {
  int ending = 0;
  size_t unread = 0;
  size_t unsent = 0;
  if (!reader->ReadNumber(' ', &record->cookie)) return false;
  const std::optional<std::string_view> setting = reader->Word(' ');
  if (!setting || !reader->ReadNumber(' ', &record->pipe_abi_version) ||
      !reader->ReadNumber(' ', &ending) || !reader->ReadNumber(' ', &unread) ||
      !reader->ReadNumber('\n', &unsent)) {
    return false;
  }
  record->setting = *setting;
  record->ending = ending != 0;
  return reader->ReadBytes(unread, &record->unread) &&
         reader->ReadBytes(unsent, &record->unsent);
}

}  // namespace

std::string EncodeConnections(const std::vector<ConnectionRecord>& records) {
  std::string text = absl::StrFormat("%s %d\n", kMark, kConnectionsFormat);
  for (const ConnectionRecord& record : records) {
    text +=
        absl::StrFormat("%d %s %d %d %d %d\n", record.cookie, record.setting,
                        record.pipe_abi_version, record.ending ? 1 : 0,
                        record.unread.size(), record.unsent.size());
    text += record.unread;
    text += record.unsent;
  }
  return text;
}

absl::StatusOr<std::vector<ConnectionRecord>> DecodeConnections(
    std::string_view text) {
  Reader reader(text);
  int format = 0;
  if (reader.Word(' ') != kMark || !reader.ReadNumber('\n', &format)) {
    return absl::InvalidArgumentError("no record of connections");
  }
  if (format != kConnectionsFormat) {
    return absl::UnimplementedError(absl::StrFormat(
        "connections recorded in format %d, of which only %d is known here",
        format, kConnectionsFormat));
  }
  std::vector<ConnectionRecord> records;
  while (!reader.at_end()) {
    ConnectionRecord record;
    if (!ReadRecord(&reader, &record)) {
      return absl::InvalidArgumentError("torn record of connections");
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace groupring::backend
