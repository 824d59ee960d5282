// What commands print: data to standard output, prose to standard error.
#ifndef GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
#define GROUPRING_BACKEND_PROGRAM_CONSOLE_H_

#include <string>

#include "absl/status/status.h"

namespace groupring::backend {

// Whether standard output is a terminal.
bool IsTerminal();

// Writes the text at once. On a terminal, states are in colour, unless NO_COLOR
// is set or TERM is dumb.
void Print(const std::string& text);
// Writes the text at once and unchanged: JSON, and lists for other programs.
void PrintPlain(const std::string& text);
// PrintPlain or Print.
void PrintReport(const std::string& text, bool plain);

// "groupring: <message>" to standard error, as one line.
void PrintError(const std::string& message);

// Each line of the text to standard error.
void PrintProse(const std::string& text);

// Prints the error and returns the exit status for it.
int Fail(const absl::Status& status);

// The text with escape sequences that colour states.
std::string Painted(std::string text);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_CONSOLE_H_
