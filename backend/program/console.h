// What commands print: data to standard output, prose to standard error.
#ifndef GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
#define GROUPRING_BACKEND_PROGRAM_CONSOLE_H_

#include <string>

#include "absl/status/status.h"

namespace groupring::backend {

// Whether standard output is a terminal.
bool IsTerminal();

// Writes the text at once, with states in colour on a terminal (unless
// NO_COLOR is set or TERM is dumb).
void Print(const std::string& text);
// Writes the text at once and as it is: JSON, and what other programs read.
void PrintPlain(const std::string& text);
// One or the other.
void PrintReport(const std::string& text, bool plain);

// "groupring: <message>" to standard error, as one line.
void PrintError(const std::string& message);

// Each line of the text to standard error.
void PrintProse(const std::string& text);

// Prints what went wrong; the exit status that says so.
int Fail(const absl::Status& status);

// The text with states in colour, as a terminal takes it.
std::string Painted(std::string text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
