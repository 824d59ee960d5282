#include "backend/doctor/finding.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backend/report/json_text.h"
#include "backend/report/table.h"

namespace groupring::backend {
namespace {

const char* Word(Finding::Level level) {
  switch (level) {
    case Finding::Level::kOk:
      return "ok";
    case Finding::Level::kWarning:
      return "warning";
    case Finding::Level::kProblem:
      return "PROBLEM";
  }
  return "ok";
}

}  // namespace

std::string FindingsText(const Findings& findings) {
  size_t width = 0;
  for (const Finding& finding : findings) {
    width = std::max(width, finding.about.size());
  }
  std::string text;
  for (const Finding& finding : findings) {
    std::string word = Word(finding.level);
    word.resize(9, ' ');
    std::string about = Printable(finding.about);
    about.resize(width + 2, ' ');
    text += word + about + Printable(finding.what) + "\n";
    if (!finding.advice.empty()) {
      text += std::string(word.size() + about.size(), ' ') + "-> " +
              Printable(finding.advice) + "\n";
    }
  }
  return text;
}

std::string FindingsJson(const Findings& findings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Finding& finding : findings) {
    std::string level = Word(finding.level);
    if (finding.level == Finding::Level::kProblem) level = "problem";
    list.push_back({{"level", level},
                    {"about", finding.about},
                    {"what", finding.what},
                    {"advice", finding.advice}});
  }
  return JsonText({{"version", kReportVersion}, {"findings", list}});
}

Finding::Level Gravest(const Findings& findings) {
  Finding::Level gravest = Finding::Level::kOk;
  for (const Finding& finding : findings) {
    gravest = std::max(gravest, finding.level);
  }
  return gravest;
}

}  // namespace groupring::backend
