#include "backend/report/colour.h"

namespace groupring::backend {
namespace {

// ECMA-48, 8.3.117.
const char* SequenceOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      break;
    case Tone::kInService:
      return "\033[32m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kOut:
      return "\033[1;31m";
    case Tone::kDraining:
      return "\033[1;33m";
    case Tone::kFilling:
      return "\033[1;36m";
  }
  return "";
}

}  // namespace

std::string Painted(const std::string& text, Tone tone, Colours colours) {
  if (!colours.on || tone == Tone::kPlain || text.empty()) {
    return text;
  }
  return SequenceOf(tone) + text + "\033[0m";
}

}  // namespace groupring::backend
