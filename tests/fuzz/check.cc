#include "tests/fuzz/check.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/utf8.h"

namespace groupring::fuzz {
namespace {

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool HasControls(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) return true;
  }
  return false;
}

// How PowerDNS takes a line: white space off its end.
std::string_view WithoutBlankEnd(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' ||
                           line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  return line;
}

bool IsNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 19 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

void CheckData(std::string_view line, int version) {
  std::vector<std::string_view> fields = Split(line, '\t');
  Check(fields[0] == "DATA", "a line of an answer is DATA, END or FAIL");
  if (version >= 3) {
    Check(fields.size() > 3 && IsNumber(fields[1]) && fields[2] == "1",
          "DATA has a scope and auth");
    fields.erase(fields.begin() + 1, fields.begin() + 3);
  }
  Check(fields.size() >= 7, "DATA has all its fields");
  const bool priority = fields[3] == "MX" || fields[3] == "SRV";
  Check(fields.size() == (priority ? 8u : 7u), "DATA has no field too many");
  Check(fields[2] == "IN", "DATA is of class IN");
  Check(IsNumber(fields[4]) && IsNumber(fields[5]),
        "DATA has a TTL and a zone's id");
  for (const std::string_view field : fields) {
    Check(!field.empty(), "no field of DATA is empty");
    Check(!HasControls(field), "no field of DATA has a control character");
  }
  Check(fields[1].find(' ') == std::string_view::npos,
        "a name in DATA has no blank");
}

}  // namespace

void Check(bool holds, std::string_view property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %.*s\n",
               static_cast<int>(property.size()), property.data());
  std::abort();
}

void CheckJson(const std::string& text) {
  Check(nlohmann::json::accept(text), "a text is valid JSON");
}

void CheckJsonLine(const std::string& text) {
  Check(text.ends_with('\n'), "a line ends in a newline");
  Check(!HasControls(std::string_view(text).substr(0, text.size() - 1)),
        "a line of JSON has no control character");
  CheckJson(text);
}

void CheckTerminalText(const std::string& text) {
  Check(text.empty() || text.ends_with('\n'), "a text ends in a newline");
  for (const std::string_view line : Split(text, '\n')) {
    Check(testing::IsPlainText(line), "a terminal shows a text as it stands");
  }
}

void CheckLogLine(const std::string& text) {
  Check(testing::IsPlainText(text), "a log takes a line as it stands");
}

void CheckPipeAnswer(std::string_view answer, int version, bool free_text) {
  if (answer == "FAIL\n" || answer == "FAIL\nEND\n") return;
  Check(answer.ends_with("END\n"), "an answer ends in END");
  std::vector<std::string_view> lines = Split(answer, '\n');
  lines.resize(lines.size() - 2);  // END, and nothing behind its newline
  for (const std::string_view line : lines) {
    if (free_text) {
      Check(WithoutBlankEnd(line) != "END", "END comes at the end only");
      Check(!HasControls(line), "a line has no control character");
    } else {
      CheckData(line, version);
    }
  }
}

}  // namespace groupring::fuzz
