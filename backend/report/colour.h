// Colours of states on a terminal.
#ifndef GROUPRING_BACKEND_REPORT_COLOUR_H_
#define GROUPRING_BACKEND_REPORT_COLOUR_H_

#include <cstddef>
#include <string>

namespace groupring::backend {

// For whom a text is, and how it may look there. The reports take it as their
// last parameter.
struct Colours {
  static const Colours kNone;      // a file, a pipe or a program
  static const Colours kTerminal;  // with colours, as wide as it gets

  bool on = false;
  // So many columns should do: long cells and sentences are wrapped or cut, and
  // dispensable columns left out. 0: everything is shown, however wide it gets.
  size_t width = 0;
};

inline constexpr Colours Colours::kNone{false, 0};
inline constexpr Colours Colours::kTerminal{true, 0};

// What a part of a text says. What an operator has set stands out.
enum class Tone {
  kPlain,
  kInService,
  kBad,  // refused, empty
  kOut,  // disabled, forced
  kDraining,
  kFilling,
};

// The text between the escape sequences of its tone; as it is without colours.
// REQUIRES: the text has no control characters.
std::string Painted(const std::string& text, Tone tone, Colours colours);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_COLOUR_H_
