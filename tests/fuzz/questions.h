// Every question that there is, asked of a world.
#ifndef GROUPRING_TESTS_FUZZ_QUESTIONS_H_
#define GROUPRING_TESTS_FUZZ_QUESTIONS_H_

#include "tests/fuzz/redis_text.h"

namespace groupring::fuzz {

// Asks for every name and zone in every protocol and checks each answer's
// form: one line of JSON, lines of the pipe ABI with all their fields,
// addresses that are addresses.
void AskEverything(const World& world);

// The reports, for people and as JSON: what a terminal can show, as many lines
// as there are things to tell, valid JSON.
void CheckReports(const World& world);

// The answer of `pdnsutil backend-cmd`.
void CheckCommand(const World& world, const std::string& command);

}  // namespace groupring::fuzz

#endif  // GROUPRING_TESTS_FUZZ_QUESTIONS_H_
