// Colours of states on a terminal.
#ifndef GROUPRING_BACKEND_REPORT_COLOUR_H_
#define GROUPRING_BACKEND_REPORT_COLOUR_H_

#include <string>

namespace groupring::backend {

// For whom a text is. The reports take it as their last parameter.
enum class Colours { kNone, kTerminal };

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
