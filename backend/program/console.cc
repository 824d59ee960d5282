#include "backend/program/console.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "backend/change/exit_status.h"
#include "redis/base/printable.h"

namespace groupring::backend {

bool IsTerminal() { return isatty(STDOUT_FILENO) == 1; }

Colours OutputColours() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool has_colours = (no_colour == nullptr || *no_colour == '\0') &&
                           IsTerminal() && term != nullptr &&
                           std::string_view(term) != "dumb";
  return has_colours ? Colours::kTerminal : Colours::kNone;
}

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
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
