#include "redis/base/diagnostic.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring {
namespace {

TEST_CASE("a diagnostic as a sentence has no trace of what is empty") {
  Diagnostic diagnostic{Severity::kError, DiagnosticCode::kNoNames, "data",
                        "Redis holds no names", "is this the right Redis?"};
  CHECK(ToText(diagnostic) ==
        "data: Redis holds no names; is this the right Redis?");
  diagnostic.advice.clear();
  CHECK(ToText(diagnostic) == "data: Redis holds no names");
  diagnostic.subject.clear();
  CHECK(ToText(diagnostic) == "Redis holds no names");
}

TEST_CASE("the gravest of several decides, and of none nothing is wrong") {
  Diagnostics all;
  CHECK(GravestOf(all) == Severity::kInfo);
  all.push_back({Severity::kWarning, DiagnosticCode::kSingleGroup, "", "", ""});
  CHECK(GravestOf(all) == Severity::kWarning);
  all.push_back({Severity::kError, DiagnosticCode::kNoNames, "", "", ""});
  all.push_back({Severity::kInfo, DiagnosticCode::kDataInOrder, "", "", ""});
  CHECK(GravestOf(all) == Severity::kError);
}

}  // namespace
}  // namespace groupring
