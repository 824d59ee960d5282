#include "backend/api/read_commands.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "backend/change/find.h"
#include "backend/report/address_report.h"
#include "backend/report/explanation.h"
#include "backend/report/group_report.h"
#include "backend/report/heavy_clients.h"
#include "backend/report/name_report.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"

namespace groupring::backend {
namespace {

constexpr const char* kUsage =
    "groupring answers here: status | group list [--after GROUP] | "
    "group show GROUP [--after NAME] | name list [--after NAME] | "
    "name show NAME | explain NAME CLIENT[/PREFIX] [RESOLVER] | "
    "top [--by resolver|subnet|name|group] | stats [--csv] [--after GROUP]; "
    "each with --json, and with --limit N for the length of lists";

// The commands of a node, in words.
struct Command {
  const char* noun;
  const char* verb;  // "": there is none
  ReadKind kind;
  size_t least_operands = 0;
  size_t most_operands = 0;
};

constexpr Command kCommands[] = {
    {"status", "", ReadKind::kStatus},
    {"group", "list", ReadKind::kGroupList},
    {"group", "show", ReadKind::kGroupShow, 1, 1},
    {"name", "list", ReadKind::kNameList},
    {"name", "show", ReadKind::kNameShow, 1, 1},
    {"explain", "", ReadKind::kExplain, 2, 3},
    {"top", "", ReadKind::kTop},
    {"stats", "", ReadKind::kStats},
};

// Takes the option and its value out of the words.
std::optional<std::string> TakeOption(const char* option,
                                      std::vector<std::string>* words) {
  const auto at = std::find(words->begin(), words->end(), option);
  if (at == words->end() || at + 1 == words->end()) return std::nullopt;
  std::string value = *(at + 1);
  words->erase(at, at + 2);
  return value;
}

absl::StatusOr<ReadRequest> Parse(std::string_view text) {
  std::vector<std::string> words =
      absl::StrSplit(absl::string_view(text.data(), text.size()),
                     absl::ByAnyChar(" \t"), absl::SkipEmpty());
  ReadRequest request;
  if (std::erase(words, "--json") > 0) request.format = ReadFormat::kJson;
  const bool csv = std::erase(words, "--csv") > 0;
  if (csv) request.format = ReadFormat::kCsv;
  request.usual_limit = kUsualLimit;
  const std::optional<std::string> after = TakeOption("--after", &words);
  request.after = after.value_or("");
  const std::optional<std::string> by = TakeOption("--by", &words);
  if (const auto limit = TakeOption("--limit", &words)) {
    const absl::StatusOr<size_t> number = ParseLimit(*limit);
    if (!number.ok()) return number.status();
    request.limit = *number;
  }
  for (const Command& command : kCommands) {
    const size_t said = *command.verb == '\0' ? 1 : 2;
    if (words.size() < said + command.least_operands ||
        words.size() > said + command.most_operands ||
        words[0] != command.noun || (said == 2 && words[1] != command.verb) ||
        (after && !IsPaged(command.kind)) ||
        (by && command.kind != ReadKind::kTop) ||
        (csv && command.kind != ReadKind::kStats)) {
      continue;
    }
    request.kind = command.kind;
    request.operands.assign(words.begin() + static_cast<ptrdiff_t>(said),
                            words.end());
    if (by) request.operands.push_back(*by);
    return request;
  }
  return absl::InvalidArgumentError(kUsage);
}

// A report in the format that is asked for.
template <typename Report>
std::string Format(const ReadRequest& request, const Report& report,
                   std::string (*text)(const Report&, Colours, size_t),
                   std::string (*json)(const Report&, size_t)) {
  return request.format == ReadFormat::kJson
             ? json(report, request.Limit())
             : text(report, request.colours, request.Limit());
}

// One that has neither colours nor lists that are cut here.
template <typename Report>
std::string Format(const ReadRequest& request, const Report& report,
                   std::string (*text)(const Report&),
                   std::string (*json)(const Report&)) {
  return request.format == ReadFormat::kJson ? json(report) : text(report);
}

std::vector<std::string> KnownGroups(const ReadSource& source) {
  if (source.dataset != nullptr) return GroupNames(*source.dataset);
  std::vector<std::string> names;
  const GroupDirectory directory(*source.snapshot, source.unix_millis);
  for (const GroupReport& group : directory.groups()) {
    names.push_back(group.group);
  }
  return names;
}

std::vector<std::string> KnownNames(const ReadSource& source) {
  if (source.dataset != nullptr) return Names(*source.dataset);
  std::vector<std::string> names;
  for (const auto& [name, owner] : *source.snapshot->owners) {
    if (owner->dynamic != nullptr || owner->is_apex) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Lines(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += Printable(name) + "\n";
  return text;
}

// The error for a group that does not exist, or of which there is no report.
absl::Status NoGroup(const ReadSource& source, const std::string& group) {
  const std::vector<std::string> known = KnownGroups(source);
  if (std::binary_search(known.begin(), known.end(), group)) {
    return absl::NotFoundError(
        Printable(group) +
        " is on names that do not answer from their groups only");
  }
  return UnknownGroup(group, known);
}

absl::Status NoName(const ReadSource& source, const std::string& name) {
  const std::string canonical = CanonicalName(name);
  const std::vector<std::string> known = KnownNames(source);
  if (std::binary_search(known.begin(), known.end(), canonical)) {
    return absl::NotFoundError(Printable(canonical) + " is not answered");
  }
  return UnknownName(canonical, known);
}

// The group with all that it withholds, also by health; null: it is on no ring.
const redis::GroupData* GroupOn(const Snapshot& snapshot,
                                const std::string& name) {
  for (const auto& view : snapshot.rings) {
    for (const auto& group : view->groups) {
      if (group->name == name) return group.get();
    }
  }
  return nullptr;
}

absl::StatusOr<std::string> ShowGroup(const ReadRequest& request,
                                      const ReadSource& source) {
  const std::string& name = request.operands[0];
  const std::optional<GroupReport> group = ReportGroup(
      *source.snapshot, name, source.unix_millis, source.counted_rings,
      {request.after, request.Limit()}, source.measured);
  if (group.has_value()) {
    return Format(request, *group, GroupText, GroupJson);
  }
  if (source.dataset != nullptr && !IsOnName(*source.dataset, name)) {
    const auto found = source.dataset->groups.find(name);
    if (found != source.dataset->groups.end()) {
      return Format(request,
                    ReportIdleGroup(*found->second, source.unix_millis),
                    GroupText, GroupJson);
    }
  }
  return NoGroup(source, name);
}

absl::StatusOr<std::string> ShowName(const ReadRequest& request,
                                     const ReadSource& source) {
  const std::optional<NameReport> name =
      ReportName(*source.snapshot, request.operands[0], source.unix_millis,
                 source.measured);
  if (!name.has_value()) return NoName(source, request.operands[0]);
  return Format(request, *name, NameText, NameJson);
}

absl::StatusOr<std::string> ListAddresses(const ReadRequest& request,
                                          const ReadSource& source) {
  const redis::Dataset& dataset = *source.dataset;
  std::string owner = request.operands[0];
  if (!dataset.groups.contains(owner)) owner = CanonicalName(owner);
  if (!dataset.groups.contains(owner) && !dataset.names.contains(owner)) {
    return NoGroup(source, request.operands[0]);
  }
  AddressReport report = ReportAddresses(*source.snapshot, owner);
  // A group that is on no ring has addresses nevertheless.
  const auto group = dataset.groups.find(owner);
  if (report.addresses.empty() && group != dataset.groups.end()) {
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      for (std::string& text : group->second->addresses[f]->MemberTexts()) {
        report.addresses.push_back(
            {static_cast<redis::Family>(f), std::move(text), {}});
      }
    }
  }
  if (const redis::GroupData* const shown = GroupOn(*source.snapshot, owner)) {
    AddDisabled(*shown, source.unix_millis, &report);
  } else if (group != dataset.groups.end()) {
    AddDisabled(*group->second, source.unix_millis, &report);
  }
  return Format(request, report, AddressesText, AddressesJson);
}

absl::StatusOr<std::string> ExplainClient(const ReadRequest& request,
                                          const ReadSource& source) {
  const std::vector<std::string>& operands = request.operands;
  const std::optional<Explanation> explanation =
      Explain(*source.snapshot, operands[0], operands[1],
              operands.size() > 2 ? operands[2] : "", source.unix_millis);
  if (!explanation.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is no client; expected an address or subnet such as "
        "203.0.113.7, 203.0.113.0/24 or 2001:db8::/48",
        Printable(operands[1])));
  }
  // A node explains every name, also one that does not exist.
  if (source.dataset != nullptr &&
      source.snapshot->FindOwner(CanonicalName(operands[0])) == nullptr) {
    return NoName(source, operands[0]);
  }
  return request.format == ReadFormat::kJson
             ? ExplanationJson(*explanation, request.Limit())
             : ExplanationText(*explanation, request.colours);
}

std::string ListGroups(const ReadRequest& request, const ReadSource& source) {
  GroupDirectory directory(*source.snapshot, source.unix_millis);
  GroupPage page = ReportGroupPage(directory, {request.after, request.Limit()});
  page.unix_millis = source.unix_millis;
  if (source.measured != nullptr &&
      !(source.measured->traffic.empty() && source.measured->loads.empty())) {
    page.shares =
        CountShares(*source.snapshot, source.unix_millis, source.measured);
  }
  return request.format == ReadFormat::kJson
             ? GroupListJson(std::move(page), &directory, request.usual_limit,
                             request.max_bytes)
             : GroupListText(page, request.colours);
}

std::string ListNames(const ReadRequest& request, const ReadSource& source) {
  NamePage page = ReportNames(*source.snapshot, source.unix_millis,
                              {CanonicalName(request.after), request.Limit()});
  return request.format == ReadFormat::kJson
             ? NameListJson(std::move(page), request.usual_limit,
                            request.max_bytes)
             : NameListText(page, request.colours);
}

absl::StatusOr<std::string> ShowTop(const ReadRequest& request,
                                    const ReadSource& source) {
  const std::string by = request.operands.empty() ? "" : request.operands[0];
  const std::optional<TopBy> kind =
      by.empty() ? TopBy::kResolver : ParseTopBy(by);
  if (!kind) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "\"%s\" is nothing to go by; expected resolver, subnet, name or group",
        Printable(by)));
  }
  if (source.node.top == nullptr) {
    return absl::FailedPreconditionError("only a node knows who asks it");
  }
  const TopReport report =
      source.node.top(*kind, request.limit.value_or(kUsualTop));
  return request.format == ReadFormat::kJson ? TopJson(report)
                                             : TopText(report, request.colours);
}

absl::StatusOr<std::string> ShowStats(const ReadRequest& request,
                                      const ReadSource& source) {
  if (source.node.stats == nullptr) {
    return absl::FailedPreconditionError("only a node has counted anything");
  }
  const StatsReport report =
      source.node.stats(*source.snapshot, source.unix_millis);
  // Neither a table nor CSV can say that there is more.
  const ListPart part{request.after, request.limit.value_or(SIZE_MAX)};
  switch (request.format) {
    case ReadFormat::kJson:
      return StatsJson(report, {request.after, request.Limit()},
                       request.max_bytes);
    case ReadFormat::kCsv:
      return StatsCsv(report, part);
    case ReadFormat::kText:
    case ReadFormat::kNames:
      break;
  }
  return StatsText(report, request.colours, part);
}

std::string ShowStatus(const ReadRequest& request, const ReadSource& source) {
  StatusReport status =
      ReportStatus(*source.snapshot, *source.facts, source.unix_millis,
                   request.Limit(), request.limit.value_or(kUsualProblemNames));
  if (source.measured != nullptr) {
    for (Diagnostic& heavy :
         HeavyClients(*source.snapshot, source.measured->traffic,
                      source.unix_millis, source.heavy_share)) {
      ++status.problems_total;
      status.problems.push_back(std::move(heavy));
    }
  }
  return Format(request, status, StatusText, StatusJson);
}

absl::StatusOr<std::string> MakeAnswer(const ReadRequest& request,
                                       const ReadSource& source) {
  const bool names_only = request.format == ReadFormat::kNames;
  switch (request.kind) {
    case ReadKind::kStatus:
      return ShowStatus(request, source);
    case ReadKind::kGroupList:
      return names_only ? Lines(KnownGroups(source))
                        : ListGroups(request, source);
    case ReadKind::kGroupShow:
      return ShowGroup(request, source);
    case ReadKind::kNameList:
      return ListNames(request, source);
    case ReadKind::kNameShow:
      return ShowName(request, source);
    case ReadKind::kAddressList:
      return ListAddresses(request, source);
    case ReadKind::kExplain:
      return ExplainClient(request, source);
    case ReadKind::kTop:
      return ShowTop(request, source);
    case ReadKind::kStats:
      return ShowStats(request, source);
  }
  return absl::InternalError("unknown kind of request");
}

}  // namespace

absl::StatusOr<size_t> ParseLimit(std::string_view text) {
  size_t limit = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, limit);
  if (error == std::errc() && rest == end && limit >= 1 &&
      limit <= kMostListed) {
    return limit;
  }
  return absl::InvalidArgumentError(
      absl::StrFormat("\"%s\" is no limit; expected a number from 1 to %d",
                      Printable(std::string(text)), kMostListed));
}

bool IsPaged(ReadKind kind) {
  return kind == ReadKind::kGroupList || kind == ReadKind::kGroupShow ||
         kind == ReadKind::kNameList || kind == ReadKind::kStats;
}

absl::StatusOr<std::string> AnswerRead(const ReadRequest& request,
                                       const ReadSource& source) {
  absl::StatusOr<std::string> answer = MakeAnswer(request, source);
  if (!answer.ok() || answer->size() <= request.max_bytes) return answer;
  return absl::ResourceExhaustedError(absl::StrFormat(
      "this answer would take %d bytes, and the most that one may take is %d: "
      "ask for shorter lists (limit), or run `groupring` on a host, which "
      "reads Redis itself",
      answer->size(), request.max_bytes));
}

std::string RunReadCommand(const Snapshot& snapshot, const NodeFacts& facts,
                           std::string_view command, int64_t unix_millis,
                           size_t max_bytes, const NodeKnowledge& node) {
  absl::StatusOr<ReadRequest> request = Parse(command);
  if (!request.ok()) return std::string(request.status().message()) + "\n";
  request->max_bytes = max_bytes;
  ReadSource source{&snapshot, unix_millis, &facts};
  source.node = node;
  const absl::StatusOr<std::string> answer = AnswerRead(*request, source);
  return answer.ok() ? *answer : std::string(answer.status().message()) + "\n";
}

}  // namespace groupring::backend
