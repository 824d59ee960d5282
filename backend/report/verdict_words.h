// Verdicts on addresses in words.
#ifndef GROUPRING_BACKEND_REPORT_VERDICT_WORDS_H_
#define GROUPRING_BACKEND_REPORT_VERDICT_WORDS_H_

#include <string>
#include <string_view>

#include "backend/report/colour.h"
#include "redis/model/verdict.h"

namespace groupring::backend {

// "closed without greeting".
std::string_view ReasonWords(redis::VerdictReason reason);

// "down"; what is up or down stands out on a terminal.
std::string PaintedVerdict(redis::Verdict verdict, Colours colours);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_VERDICT_WORDS_H_
