#include "backend/program/line_input.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/clients/capture.h"
#include "backend/clients/client_lines.h"
#include "backend/program/console.h"
#include "redis/base/printable.h"
#include "redis/base/words.h"

namespace groupring::backend {
namespace {

constexpr size_t kBlock = size_t{1} << 18;
// A line that is longer is no list or log.
constexpr size_t kLongestLine = size_t{1} << 20;

absl::Status NotRead(const std::string& file, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: %s", file == "-" ? "standard input" : Printable(file), why));
}

absl::Status ReadFrom(std::FILE* stream, const std::string& file,
                      const std::function<void(std::string_view)>& use) {
  std::string kept;  // of a line whose end is not there yet
  std::vector<char> block(kBlock);
  while (true) {
    const size_t size = std::fread(block.data(), 1, block.size(), stream);
    std::string_view rest(block.data(), size);
    for (size_t end = rest.find('\n'); end != rest.npos;
         end = rest.find('\n')) {
      if (kept.empty()) {
        use(rest.substr(0, end));
      } else {
        kept.append(rest.substr(0, end));
        use(kept);
        kept.clear();
      }
      rest.remove_prefix(end + 1);
    }
    kept.append(rest);
    if (kept.size() > kLongestLine) {
      return NotRead(file, "it has a line of more than a megabyte");
    }
    if (size < block.size()) break;
  }
  if (std::ferror(stream) != 0) return NotRead(file, std::strerror(errno));
  if (!kept.empty()) use(kept);
  return absl::OkStatus();
}

// Reads nothing: what it looks at is put back, which the C library of Linux
// allows for as many characters as were just read.
bool BeginsAsCapture(std::FILE* stream) {
  std::string begin;
  while (begin.size() < kCaptureMagic) {
    const int character = std::fgetc(stream);
    if (character == EOF) break;
    begin.push_back(static_cast<char>(character));
  }
  for (size_t i = begin.size(); i > 0; --i) {
    std::ungetc(static_cast<unsigned char>(begin[i - 1]), stream);
  }
  return IsCapture(begin);
}

// Closes the stream.
absl::StatusOr<std::shared_ptr<const Population>> ReadCaptured(
    std::FILE* stream, const std::string& file) {
  const auto clients = std::make_shared<CapturedClients>();
  const absl::Status read = ReadCapture(stream, clients.get());
  if (!read.ok()) return NotRead(file, std::string(read.message()));
  PrintProse(absl::StrFormat(
      "%s: read as captured packets, %d DNS %s of %s\n",
      file == "-" ? "standard input" : Printable(file), clients->queries,
      clients->queries == 1 ? "query" : "queries",
      Counted(clients->population.clients().size(), "client")));
  for (const std::string& sentence : NotCounted(*clients)) {
    PrintProse(sentence + "\n");
  }
  // Lives as long as the rest of what was read.
  return std::shared_ptr<const Population>(clients, &clients->population);
}

}  // namespace

absl::Status ReadLines(const std::string& file,
                       const std::function<void(std::string_view)>& use) {
  if (file == "-") return ReadFrom(stdin, file, use);
  std::FILE* const stream = std::fopen(file.c_str(), "re");
  if (stream == nullptr) return NotRead(file, std::strerror(errno));
  const absl::Status status = ReadFrom(stream, file, use);
  static_cast<void>(std::fclose(stream));
  return status;
}

absl::StatusOr<std::shared_ptr<const std::vector<std::string>>> AllLines(
    const std::string& file) {
  auto lines = std::make_shared<std::vector<std::string>>();
  const absl::Status read = ReadLines(
      file, [&](std::string_view line) { lines->emplace_back(line); });
  if (!read.ok()) return read;
  return lines;
}

absl::StatusOr<std::shared_ptr<const Population>> ReadPopulation(
    const std::string& file) {
  std::FILE* const stream =
      file == "-" ? stdin : std::fopen(file.c_str(), "re");
  if (stream == nullptr) return NotRead(file, std::strerror(errno));
  if (BeginsAsCapture(stream)) return ReadCaptured(stream, file);
  const auto collector = std::make_shared<ClientCollector>();
  const absl::Status read = ReadFrom(
      stream, file, [&](std::string_view line) { collector->Add(line); });
  if (stream != stdin) static_cast<void>(std::fclose(stream));
  if (!read.ok()) return read;
  const absl::Status usable = collector->Check();
  if (!usable.ok()) {
    return NotRead(file, std::string(usable.message()));
  }
  PrintProse(absl::StrFormat(
      "%s: %s read as %s, %s\n",
      file == "-" ? "standard input" : Printable(file),
      Counted(collector->counted(), "line"), FormatName(*collector->format()),
      Counted(collector->population().clients().size(), "client")));
  if (collector->passed_over() > 0) {
    PrintProse(absl::StrFormat(
        "%s without a client passed over, the first is line %d: %s\n",
        Counted(collector->passed_over(), "line"),
        collector->first_passed_over_at(), collector->first_passed_over()));
  }
  // Lives as long as its collector.
  return std::shared_ptr<const Population>(collector, &collector->population());
}

}  // namespace groupring::backend
