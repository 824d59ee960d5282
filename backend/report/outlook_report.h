// Names that do not answer, or not from what is in service, in words.
#ifndef GROUPRING_BACKEND_REPORT_OUTLOOK_REPORT_H_
#define GROUPRING_BACKEND_REPORT_OUTLOOK_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "backend/resolver/outlook.h"
#include "backend/snapshot/snapshot.h"
#include "redis/base/diagnostic.h"

namespace groupring::backend {

// What is wrong with how the name is answered, and what to do. Nothing when
// each of its families is in service for every client.
std::optional<Diagnostic> OutlookProblem(const Owner& owner,
                                         const Outlook& outlook);

// Of all names, gravest first and then by name; `limit` of them at most, and
// then one that counts the rest.
Diagnostics OutlookProblems(const Snapshot& snapshot, int64_t unix_millis,
                            size_t limit);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_OUTLOOK_REPORT_H_
