#include "backend/api/read_commands.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "backend/protocol/url_text.h"
#include "backend/report/explanation.h"
#include "backend/report/group_report.h"
#include "backend/report/json_text.h"
#include "backend/report/name_report.h"
#include "backend/settings/nearest.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

// Queries wait on this thread meanwhile, so one ring it is; `groupring group
// show` counts them all.
constexpr size_t kCountedRings = 1;

constexpr const char* kUsage =
    "groupring answers here: status | group list | group show GROUP | "
    "name list | name show NAME | explain NAME CLIENT[/PREFIX] [RESOLVER]; "
    "each with --json\n";

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  size_t at = 0;
  for (;;) {
    at = text.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return words;
    const size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
}

std::string Unknown(const std::string& what, const std::string& word,
                    const std::vector<std::string>& known) {
  const std::string nearest = Nearest(word, known);
  return Printable("no name refers to a " + what + " " + word +
                   (nearest.empty() ? "" : "; did you mean " + nearest + "?")) +
         "\n";
}

std::string ShowGroup(const Snapshot& snapshot, const std::string& group,
                      bool as_json, int64_t unix_millis) {
  const auto report = ReportGroup(snapshot, group, unix_millis, kCountedRings);
  if (report.has_value()) {
    return as_json ? GroupJson(*report) : GroupText(*report);
  }
  std::vector<std::string> known;
  for (const GroupReport& other : ReportGroups(snapshot, unix_millis)) {
    known.push_back(other.group);
  }
  return Unknown("group", group, known);
}

std::string ShowName(const Snapshot& snapshot, const std::string& name,
                     bool as_json, int64_t unix_millis) {
  const auto report = ReportName(snapshot, name, unix_millis);
  if (report.has_value()) {
    return as_json ? NameJson(*report) : NameText(*report);
  }
  std::vector<std::string> known;
  for (const NameReport& other : ReportNames(snapshot, unix_millis)) {
    known.push_back(other.name);
  }
  const std::string nearest = Nearest(name, known);
  return Printable("there is no dynamic name " + name +
                   (nearest.empty() ? "" : "; did you mean " + nearest + "?")) +
         "\n";
}

std::string ExplainWords(const Snapshot& snapshot,
                         const std::vector<std::string>& words, bool as_json,
                         int64_t unix_millis) {
  const auto explanation =
      Explain(snapshot, words[1], words[2], words.size() > 3 ? words[3] : "",
              unix_millis);
  if (!explanation.has_value()) {
    return Printable(words[2]) +
           " is no client: expected an address or a prefix such as "
           "198.51.100.0/24\n";
  }
  return as_json ? ExplanationJson(*explanation)
                 : ExplanationText(*explanation);
}

HttpResponse Json(std::string body) {
  HttpResponse response;
  response.body = std::move(body);
  return response;
}

HttpResponse Error(int status, const std::string& message) {
  HttpResponse response;
  response.status = status;
  response.body = JsonText({{"version", kReportVersion}, {"error", message}});
  return response;
}

HttpResponse AnswerExplain(const Snapshot& snapshot, const HttpRequest& request,
                           int64_t unix_millis) {
  std::map<std::string, std::string> fields;
  const bool decoded = ForEachFormField(
      request.Query(), [&](std::string_view name, std::string_view value) {
        fields[std::string(name)] = std::string(value);
      });
  if (!decoded || fields["name"].empty() || fields["client"].empty()) {
    return Error(400,
                 "expected ?name=NAME&client=ADDRESS[/PREFIX], and optionally "
                 "&resolver=ADDRESS");
  }
  const auto explanation = Explain(snapshot, fields["name"], fields["client"],
                                   fields["resolver"], unix_millis);
  if (!explanation.has_value()) {
    return Error(400, fields["client"] + " is no address or prefix");
  }
  return Json(ExplanationJson(*explanation));
}

std::string List(const Snapshot& snapshot, std::string_view noun, bool as_json,
                 int64_t unix_millis) {
  if (noun == "group") {
    const auto groups = ReportGroups(snapshot, unix_millis);
    return as_json ? GroupListJson(groups) : GroupListText(groups);
  }
  if (noun == "name") {
    const auto names = ReportNames(snapshot, unix_millis);
    return as_json ? NameListJson(names) : NameListText(names);
  }
  return kUsage;
}

std::string Show(const Snapshot& snapshot, std::string_view noun,
                 const std::string& what, bool as_json, int64_t unix_millis) {
  if (noun == "group") return ShowGroup(snapshot, what, as_json, unix_millis);
  if (noun == "name") return ShowName(snapshot, what, as_json, unix_millis);
  return kUsage;
}

}  // namespace

std::string RunReadCommand(const Snapshot& snapshot, const NodeFacts& facts,
                           std::string_view command, int64_t unix_millis) {
  std::vector<std::string> words = Words(command);
  const bool as_json = std::erase(words, "--json") > 0;
  if (words.empty()) return kUsage;
  const std::string& noun = words[0];
  if (noun == "status" && words.size() == 1) {
    const StatusReport status = ReportStatus(snapshot, facts, unix_millis);
    return as_json ? StatusJson(status) : StatusText(status);
  }
  if (noun == "explain" && (words.size() == 3 || words.size() == 4)) {
    return ExplainWords(snapshot, words, as_json, unix_millis);
  }
  if (words.size() == 2 && words[1] == "list") {
    return List(snapshot, noun, as_json, unix_millis);
  }
  if (words.size() == 3 && words[1] == "show") {
    return Show(snapshot, noun, words[2], as_json, unix_millis);
  }
  return kUsage;
}

HttpResponse AnswerApi(const Snapshot& snapshot, const NodeFacts& facts,
                       const HttpRequest& request, int64_t unix_millis) {
  const std::string_view path = request.Path();
  if (path == "/api/v1/status") {
    return Json(StatusJson(ReportStatus(snapshot, facts, unix_millis)));
  }
  if (path == "/api/v1/groups") {
    return Json(GroupListJson(ReportGroups(snapshot, unix_millis)));
  }
  if (path == "/api/v1/names") {
    return Json(NameListJson(ReportNames(snapshot, unix_millis)));
  }
  if (path == "/api/v1/explain") {
    return AnswerExplain(snapshot, request, unix_millis);
  }
  return Error(404, "no such page: " + std::string(path));
}

}  // namespace groupring::backend
