// What commands print: data to standard output, prose to standard error.
#ifndef GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
#define GROUPRING_BACKEND_PROGRAM_CONSOLE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "backend/report/check_line.h"
#include "backend/report/colour.h"

namespace groupring::backend {

// Whether standard output is a terminal.
bool IsTerminal();

// The size of the terminal at standard output; 24 × 80 if it is not known.
struct ScreenSize {
  size_t rows = 24;
  size_t columns = 80;
};
ScreenSize TerminalSize();

// How text on standard output looks: on a terminal with its width, and with
// colours unless NO_COLOR is set or TERM is dumb.
Colours OutputColours();

// Writes the text at once.
void Print(const std::string& text);

// Whether everything that was printed could be written.
bool OutputWorks();

// "groupring: <message>" to standard error, as one line.
void PrintError(const std::string& message);

// Each line of the text to standard error.
void PrintProse(const std::string& text);

// Prints the error and returns the exit status for it.
int Fail(const absl::Status& status);

// Prints the line of a monitoring plugin and returns its exit status. `what` is
// the command.
int PrintCheck(std::string_view what, const PluginResult& result);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
