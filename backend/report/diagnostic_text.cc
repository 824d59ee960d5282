#include "backend/report/diagnostic_text.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "backend/report/json_text.h"
#include "backend/report/wrap.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

const char* Level(const Diagnostic& diagnostic) {
  // Nothing was found, because nobody looked.
  if (diagnostic.code == DiagnosticCode::kNotChecked) return "unchecked";
  switch (diagnostic.severity) {
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

std::string DiagnosticsText(const Diagnostics& diagnostics, size_t width) {
  // A subject that leaves no room for what is said of it has a line to itself.
  const size_t most_subject = width == 0 ? SIZE_MAX : width / 3;
  size_t subject_width = 0;
  size_t level_width = 9;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.subject.size() <= most_subject) {
      subject_width = std::max(subject_width, diagnostic.subject.size());
    }
    level_width =
        std::max(level_width, std::string_view(Level(diagnostic)).size() + 2);
  }
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    // Problems stand out.
    std::string level =
        diagnostic.severity == Severity::kError ? "PROBLEM" : Level(diagnostic);
    level.resize(level_width, ' ');
    std::string subject = Printable(diagnostic.subject);
    const size_t hang = level_width + subject_width + 2;
    std::string lead = level + subject;
    if (subject.size() > subject_width) {
      text += lead + "\n";
      lead.clear();
    }
    lead.resize(hang, ' ');
    const auto add = [&](const std::string& begin, const std::string& said) {
      for (const std::string& line :
           Wrapped(begin + Printable(said), width, hang)) {
        text += line + "\n";
      }
    };
    add(lead, diagnostic.message);
    if (!diagnostic.advice.empty()) {
      add(std::string(hang, ' ') + "-> ", diagnostic.advice);
    }
  }
  return text;
}

nlohmann::ordered_json DiagnosticsArray(const Diagnostics& diagnostics) {
  return JsonArray(diagnostics, [](const Diagnostic& diagnostic) {
    return nlohmann::ordered_json{{"level", Level(diagnostic)},
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
