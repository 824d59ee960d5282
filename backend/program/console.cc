#include "backend/program/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "backend/change/exit_status.h"
#include "redis/base/printable.h"

namespace groupring::backend {

bool IsTerminal() { return isatty(STDOUT_FILENO) == 1; }

ScreenSize TerminalSize() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 ||
      size.ws_row == 0) {
    return {};
  }
  return {size.ws_row, size.ws_col};
}

Colours OutputColours() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  const bool has_colours = (no_colour == nullptr || *no_colour == '\0') &&
                           IsTerminal() && term != nullptr &&
                           std::string_view(term) != "dumb";
  Colours colours = has_colours ? Colours::kTerminal : Colours::kNone;
  if (IsTerminal()) colours.width = TerminalSize().columns;
  return colours;
}

void Print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool OutputWorks() { return std::ferror(stdout) == 0; }

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

int PrintCheck(std::string_view what, const PluginResult& result) {
  Print(CheckLine(what, result));
  return ExitStatusOf(result.state);
}

}  // namespace groupring::backend
