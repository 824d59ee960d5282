#include "backend/protocol/plain_http.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "redis/base/text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// Takes a line of printable ASCII off the front.
bool TakeLine(std::string_view* bytes, std::string_view* line) {
  const size_t end = bytes->find(kLineEnd);
  if (end == bytes->npos) return false;
  *line = bytes->substr(0, end);
  bytes->remove_prefix(end + kLineEnd.size());
  return std::all_of(line->begin(), line->end(),
                     [](char c) { return c >= ' ' && c < '\x7f'; });
}

// "POST /dns HTTP/1.1"
bool ReadRequestLine(std::string_view line, std::string_view* target) {
  constexpr std::string_view kBefore = "POST ";
  constexpr std::string_view kAfter = " HTTP/1.1";
  if (line.size() <= kBefore.size() + kAfter.size() ||
      !line.starts_with(kBefore) || !line.ends_with(kAfter)) {
    return false;
  }
  line.remove_prefix(kBefore.size());
  line.remove_suffix(kAfter.size());
  *target = line;
  return line.front() == '/' && line.find(' ') == line.npos;
}

bool ReadLength(std::string_view value, size_t* length) {
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, *length);
  return error == std::errc() && rest == end;
}

struct Seen {
  bool host = false;
  bool length = false;
};

// "Name: value". false: it has to be looked at by somebody else.
bool ReadHeader(std::string_view line, Seen* seen, PlainPost* post,
                size_t* length) {
  const size_t colon = line.find(": ");
  if (colon == line.npos) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 2);
  if (EqualsIgnoreCase(name, "Content-Length")) {
    return !std::exchange(seen->length, true) && ReadLength(value, length);
  }
  if (EqualsIgnoreCase(name, "Host")) {
    post->host = value;
    // A general parser decodes it.
    return !std::exchange(seen->host, true) && value.find('%') == value.npos;
  }
  if (EqualsIgnoreCase(name, "Connection")) {
    return EqualsIgnoreCase(value, "Keep-Alive");
  }
  if (EqualsIgnoreCase(name, "Content-Type")) {
    return value.starts_with("text/javascript") ||
           value.starts_with("application/json");
  }
  return EqualsIgnoreCase(name, "Accept") ||
         EqualsIgnoreCase(name, "User-Agent");
}

}  // namespace

bool ReadPlainPost(std::string_view bytes, PlainPost* post) {
  std::string_view rest = bytes;
  std::string_view line;
  if (!TakeLine(&rest, &line) || !ReadRequestLine(line, &post->target)) {
    return false;
  }
  Seen seen;
  size_t length = 0;
  while (TakeLine(&rest, &line)) {
    if (line.empty()) {
      if (!seen.host || !seen.length || rest.size() < length) return false;
      post->body = rest.substr(0, length);
      post->size = bytes.size() - rest.size() + length;
      return true;
    }
    if (!ReadHeader(line, &seen, post, &length)) return false;
  }
  return false;
}

}  // namespace groupring::backend
