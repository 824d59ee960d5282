// What became of a change, for people and for programs.
#ifndef GROUPRING_BACKEND_REPORT_OUTCOME_REPORT_H_
#define GROUPRING_BACKEND_REPORT_OUTCOME_REPORT_H_

#include <string>
#include <vector>

#include "backend/change/outcome.h"
#include "backend/report/colour.h"

namespace groupring::backend {

// What changes, whom it moves, until when old answers last: everything that is
// known when the change has been written (or not). Ends in a newline.
std::string OutcomeText(const Outcome& outcome,
                        Colours colours = Colours::kNone);

// On which nodes it is applied, and whether it is safe to go on.
std::string NodesText(const Outcome& outcome);

// Why it was not made: one sentence to a line. Empty when it was.
std::string RefusalText(const Outcome& outcome);

// The reasons for the exit status after the wait, a sentence a line. `timeout`:
// how long the wait could be. `vouched_by_nodes`: every node answers by the
// change.
std::string ConclusionText(const Outcome& outcome, const std::string& timeout,
                           bool vouched_by_nodes);

// Sentences: what an operator should know of the change, and what others did.
std::vector<std::string> RemarkTexts(const Outcome& outcome);
std::vector<std::string> NoteTexts(const Outcome& outcome);

// Which values in Redis make the plan less certain: one sentence to a line.
// Empty when there are none.
std::string MalformedText(const Outcome& outcome);

// All of it; ../control/README.md is its page.
std::string OutcomeJson(const Outcome& outcome);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_OUTCOME_REPORT_H_
