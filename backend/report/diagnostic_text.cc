#include "backend/report/diagnostic_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "backend/report/json_text.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

const char* Level(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
    case Severity::kInfo:
      break;
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "problem";
  }
  return "ok";
}

}  // namespace

std::string DiagnosticsText(const Diagnostics& diagnostics) {
  size_t width = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    width = std::max(width, diagnostic.subject.size());
  }
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    // Problems stand out.
    std::string level = diagnostic.severity == Severity::kError
                            ? "PROBLEM"
                            : Level(diagnostic.severity);
    level.resize(9, ' ');
    std::string subject = Printable(diagnostic.subject);
    subject.resize(width + 2, ' ');
    text += level + subject + Printable(diagnostic.message) + "\n";
    if (!diagnostic.advice.empty()) {
      text += std::string(level.size() + subject.size(), ' ') + "-> " +
              Printable(diagnostic.advice) + "\n";
    }
  }
  return text;
}

nlohmann::ordered_json DiagnosticsArray(const Diagnostics& diagnostics) {
  return JsonArray(diagnostics, [](const Diagnostic& diagnostic) {
    return nlohmann::ordered_json{{"level", Level(diagnostic.severity)},
                                  {"code", ToText(diagnostic.code)},
                                  {"about", diagnostic.subject},
                                  {"what", diagnostic.message},
                                  {"advice", diagnostic.advice}};
  });
}

std::string DiagnosticsJson(const Diagnostics& diagnostics) {
  return JsonText(Versioned({{"findings", DiagnosticsArray(diagnostics)}}));
}

}  // namespace groupring::backend
