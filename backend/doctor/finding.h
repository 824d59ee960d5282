// One thing that was looked at, and what to do about it.
#ifndef GROUPRING_BACKEND_DOCTOR_FINDING_H_
#define GROUPRING_BACKEND_DOCTOR_FINDING_H_

#include <string>
#include <vector>

namespace groupring::backend {

struct Finding {
  enum class Level {
    kOk,
    kWarning,  // works, but not as well or as safely as it could
    kProblem,  // does not work, or will fail when it matters
  };
  Level level = Level::kOk;
  std::string about;   // "redis", "pdns.conf", "ftp.example.org", …
  std::string what;    // what was found
  std::string advice;  // what to do; empty for kOk
};

using Findings = std::vector<Finding>;

std::string FindingsText(const Findings& findings);
std::string FindingsJson(const Findings& findings);

// The gravest of all; kOk when there is none.
Finding::Level Gravest(const Findings& findings);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_FINDING_H_
