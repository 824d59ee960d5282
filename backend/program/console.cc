#include "backend/program/console.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "backend/change/exit_status.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

struct Paint {
  std::string_view word;
  std::string_view colour;
};

// Forced states, in capitals, stand out; measured ones follow.
constexpr Paint kPaints[] = {
    {"DISABLED", "\033[1;31m"}, {"DRAINING", "\033[1;33m"},
    {"FILLING", "\033[1;36m"},  {"FORCED", "\033[1;31m"},
    {"refused", "\033[31m"},    {"in service", "\033[32m"},
    {"empty", "\033[31m"},
};
constexpr std::string_view kPlain = "\033[0m";

bool HasColour() {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* term = std::getenv("TERM");
  return IsTerminal() && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

bool IsTerminal() { return isatty(STDOUT_FILENO) == 1; }

std::string Painted(std::string text) {
  for (const Paint& paint : kPaints) {
    size_t at = 0;
    while ((at = text.find(paint.word, at)) != std::string::npos) {
      text.insert(at + paint.word.size(), kPlain);
      text.insert(at, paint.colour);
      at += paint.colour.size() + paint.word.size() + kPlain.size();
    }
  }
  return text;
}

void Print(const std::string& text) {
  PrintPlain(HasColour() ? Painted(text) : text);
}

void PrintPlain(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void PrintReport(const std::string& text, bool plain) {
  if (plain) {
    PrintPlain(text);
  } else {
    Print(text);
  }
}

void PrintError(const std::string& message) {
  std::fprintf(stderr, "groupring: %s\n", Printable(message).c_str());
}

void PrintProse(const std::string& text) {
  size_t at = 0;
  while (at < text.size()) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    PrintError(text.substr(at, end - at));
    at = end + 1;
  }
}

int Fail(const absl::Status& status) {
  PrintProse(std::string(status.message()));
  return ExitStatusOf(status);
}

}  // namespace groupring::backend
