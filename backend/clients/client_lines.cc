#include "backend/clients/client_lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "absl/strings/str_format.h"
#include "hashing/subnet_key.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

// Of a line that is shown.
constexpr size_t kShownOfLine = 80;

constexpr std::string_view kSpaces = " \t\r";
constexpr std::string_view kSeparators = " \t\r,;";

// Takes the next word off the text; "" at its end.
std::string_view TakeWord(std::string_view* text,
                          std::string_view separators = kSpaces) {
  text->remove_prefix(
      std::min(text->find_first_not_of(separators), text->size()));
  const size_t end = std::min(text->find_first_of(separators), text->size());
  const std::string_view word = text->substr(0, end);
  text->remove_prefix(end);
  return word;
}

bool IsClient(std::string_view text) {
  return hashing::ParseClientSubnet(text).has_value();
}

// Spares the parser what cannot be an address.
bool MayBeClient(std::string_view text) {
  return text.size() >= 2 && text.find_first_of(".:") != text.npos &&
         text.find_first_not_of("0123456789abcdefABCDEF.:/%") == text.npos &&
         IsClient(text);
}

std::optional<double> ParseWeight(std::string_view text) {
  double weight = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc() || end != text.data() + text.size() ||
      !std::isfinite(weight) || weight < 0) {
    return std::nullopt;
  }
  return weight;
}

std::optional<ClientLine> ParseList(std::string_view line) {
  line = line.substr(0, line.find('#'));
  ClientLine parsed;
  parsed.client = TakeWord(&line, kSeparators);
  if (!MayBeClient(parsed.client)) return std::nullopt;
  // A whole address asks itself.
  parsed.is_source = parsed.client.find('/') == std::string_view::npos;
  const std::string_view weight = TakeWord(&line, kSeparators);
  if (weight.empty()) return parsed;
  const auto number = ParseWeight(weight);
  if (!number || !TakeWord(&line, kSeparators).empty()) return std::nullopt;
  parsed.weight = *number;
  return parsed;
}

// "… Remote 192.0.2.53 wants 'ftp.example.org|A', …", where with ECS the remote
// is "192.0.2.53<-203.0.113.0/24".
std::optional<ClientLine> ParsePowerDns(std::string_view line) {
  constexpr std::string_view kRemote = "Remote ";
  const size_t wants = line.find(" wants '");
  const size_t at = line.rfind(kRemote, wants);
  if (wants == line.npos || at == line.npos) return std::nullopt;
  const size_t begin = at + kRemote.size();
  if (begin > wants) return std::nullopt;
  std::string_view remote = line.substr(begin, wants - begin);
  ClientLine parsed;
  if (const size_t arrow = remote.find("<-"); arrow != remote.npos) {
    remote.remove_prefix(arrow + 2);
    parsed.is_source = false;
  }
  parsed.client = remote;
  if (!MayBeClient(parsed.client)) return std::nullopt;
  return parsed;
}

// "Mon Nov 28 17:00:00 2026 5 203.0.113.7 1024 /f b _ o r user ftp 0 * c".
std::optional<ClientLine> ParseXferlog(std::string_view line) {
  constexpr size_t kHost = 6;
  constexpr size_t kLeastWords = 14;
  ClientLine parsed;
  size_t words = 0;
  for (;; ++words) {
    const std::string_view word = TakeWord(&line);
    if (word.empty()) break;
    if (words == 0 && word.size() != 3) return std::nullopt;
    if (words == 3 && word.find(':') == word.npos) return std::nullopt;
    if (words == kHost) parsed.client = word;
  }
  if (words < kLeastWords || !MayBeClient(parsed.client)) return std::nullopt;
  return parsed;
}

// "(user@203.0.113.7) [NOTICE] …", "203.0.113.7 - user [28/Nov/2026:…] …", or
// "1795885200 3f.1 user 203.0.113.7 D 1024 5 /f".
std::optional<ClientLine> ParsePureFtpd(std::string_view line) {
  ClientLine parsed;
  const size_t open = line.find('(');
  const size_t close = line.find(") [", open);
  if (open != line.npos && close != line.npos) {
    const std::string_view who = line.substr(open + 1, close - open - 1);
    const size_t at = who.rfind('@');
    if (at != who.npos && MayBeClient(who.substr(at + 1))) {
      parsed.client = who.substr(at + 1);
      return parsed;
    }
  }
  std::array<std::string_view, 5> words;
  for (std::string_view& word : words) word = TakeWord(&line);
  const bool is_clf = words[1] == "-" && words[3].starts_with('[');
  if (is_clf && MayBeClient(words[0])) {
    parsed.client = words[0];
    return parsed;
  }
  const bool is_stats = words[4] == "D" || words[4] == "U";
  if (is_stats && ParseWeight(words[0]) && MayBeClient(words[3])) {
    parsed.client = words[3];
    return parsed;
  }
  return std::nullopt;
}

// "… 203.0.113.7:51234 [28/Nov/2026:17:00:00.123] frontend backend/server …".
std::optional<ClientLine> ParseHaproxy(std::string_view line) {
  for (size_t at = line.find(" ["); at != line.npos;
       at = line.find(" [", at + 1)) {
    std::string_view word = line.substr(0, at);
    word.remove_prefix(word.find_last_of(kSpaces) + 1);
    const size_t colon = word.rfind(':');
    const std::string_view time = line.substr(at + 2, 32);
    if (colon == word.npos || time.find('/') == time.npos) continue;
    std::string_view address = word.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    if (!ParseWeight(word.substr(colon + 1)) || !MayBeClient(address)) continue;
    ClientLine parsed;
    parsed.client = address;
    return parsed;
  }
  return std::nullopt;
}

constexpr ClientFormat kFormats[] = {
    ClientFormat::kList, ClientFormat::kPowerDns, ClientFormat::kHaproxy,
    ClientFormat::kXferlog, ClientFormat::kPureFtpd};

}  // namespace

std::string_view FormatName(ClientFormat format) {
  switch (format) {
    case ClientFormat::kList:
      break;
    case ClientFormat::kPowerDns:
      return "PowerDNS' query log";
    case ClientFormat::kXferlog:
      return "an xferlog";
    case ClientFormat::kPureFtpd:
      return "Pure-FTPd's log";
    case ClientFormat::kHaproxy:
      return "HAProxy's log";
  }
  return "a list of clients";
}

std::optional<ClientLine> ParseClientLine(ClientFormat format,
                                          std::string_view line) {
  switch (format) {
    case ClientFormat::kList:
      break;
    case ClientFormat::kPowerDns:
      return ParsePowerDns(line);
    case ClientFormat::kXferlog:
      return ParseXferlog(line);
    case ClientFormat::kPureFtpd:
      return ParsePureFtpd(line);
    case ClientFormat::kHaproxy:
      return ParseHaproxy(line);
  }
  return ParseList(line);
}

void ClientCollector::Add(std::string_view line) {
  ++lines_;
  std::string_view rest = line;
  const std::string_view first = TakeWord(&rest);
  if (first.empty() || first.starts_with('#')) return;
  std::optional<ClientLine> parsed;
  if (format_) {
    parsed = ParseClientLine(*format_, line);
  } else {
    for (const ClientFormat format : kFormats) {
      parsed = ParseClientLine(format, line);
      if (!parsed) continue;
      format_ = format;
      break;
    }
  }
  if (!parsed) {
    if (passed_over_++ == 0) {
      first_passed_over_ = Printable(line, kShownOfLine);
      first_passed_over_at_ = lines_;
    }
    return;
  }
  ++counted_;
  population_.Add(*hashing::ParseClientSubnet(parsed->client),
                  parsed->is_source, parsed->weight);
}

absl::Status ClientCollector::Check() const {
  if (counted_ > 0) return absl::OkStatus();
  const std::string found =
      passed_over_ == 0
          ? std::string("there is no line")
          : absl::StrFormat("the first line that was not understood is \"%s\"",
                            first_passed_over_);
  return absl::InvalidArgumentError(
      "no client was found: " + found +
      "; expected lines like 203.0.113.0/24 or 203.0.113.0/24 12, PowerDNS' "
      "log with log-dns-queries, an xferlog, Pure-FTPd's log, or HAProxy's "
      "log, each with numeric addresses, or captured packets (pcap)");
}

}  // namespace groupring::backend
