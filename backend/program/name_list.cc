// `groupring name list`.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "backend/api/read_commands.h"
#include "backend/change/find.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/report/name_report.h"
#include "redis/base/dns_name.h"
#include "redis/base/printable.h"
#include "redis/base/status_macros.h"

namespace groupring::backend {
namespace {

// Of a list of many names, so many are read and printed at a time.
constexpr size_t kNamesAtOnce = 5000;

enum class Format { kText, kJson, kNames };

struct Wanted {
  Format format = Format::kText;
  std::string after;            // "": from the first name on
  std::optional<size_t> limit;  // nothing: all
};

absl::StatusOr<Wanted> WantedBy(const Arguments& arguments) {
  Wanted wanted;
  if (arguments.Has("--json")) wanted.format = Format::kJson;
  if (arguments.Has("--names")) wanted.format = Format::kNames;
  wanted.after = CanonicalName(arguments.Text("--after"));
  if (!wanted.after.empty()) wanted.limit = kUsualLimit;
  if (const std::string& limit = arguments.Text("--limit"); !limit.empty()) {
    ASSIGN_OR_RETURN(wanted.limit, ParseLimit(limit));
  }
  return wanted;
}

std::string Lines(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += Printable(name) + "\n";
  return text;
}

void PrintPage(const Wanted& wanted, const NamePage& page) {
  Print(wanted.format == Format::kJson ? NameListJson(page)
                                       : NameListText(page, OutputColours()));
}

absl::Status ListAtOnce(const Wanted& wanted, ControlSession* session) {
  ASSIGN_OR_RETURN(const Reading reading, ReadEverything(session));
  const ListPart part{wanted.after, wanted.limit.value_or(SIZE_MAX)};
  if (wanted.format == Format::kNames) {
    std::vector<std::string> names = Names(reading.dataset);
    names.erase(names.begin(),
                std::upper_bound(names.begin(), names.end(), part.after));
    names.resize(std::min(names.size(), part.limit));
    Print(Lines(names));
    return absl::OkStatus();
  }
  NamePage page = ReportNames(*reading.snapshot, reading.unix_millis, part);
  page.alike = &reading.alike;
  PrintPage(wanted, page);
  MentionComplaints(*session);
  if (!reading.alike.empty()) {
    PrintProse(absl::StrFormat(
        "names that are alike are on one line; --limit %d lists them one by "
        "one, --json and --names list all",
        kUsualLimit));
  }
  return absl::OkStatus();
}

// A part of the list, sorted, as Redis holds it now.
class NameReader {
 public:
  explicit NameReader(ControlSession* session) : session_(session) {}

  // The page is valid until the next call.
  absl::StatusOr<NamePage> Read(const std::vector<std::string>& names) {
    ASSIGN_OR_RETURN(reading_, ReadNames(names, session_));
    complaints_.insert(session_->complaints.begin(),
                       session_->complaints.end());
    NamePage page = ReportNames(*reading_.snapshot, reading_.unix_millis);
    // Zones and other names above these were read as well.
    std::erase_if(page.names, [&](const Owner* owner) {
      return !std::binary_search(names.begin(), names.end(),
                                 owner->name.view());
    });
    return page;
  }

  // About all that was read.
  void MentionComplaints() {
    session_->complaints.assign(complaints_.begin(), complaints_.end());
    backend::MentionComplaints(*session_);
  }

 private:
  ControlSession* const session_;
  Reading reading_;
  std::set<std::string> complaints_;
};

absl::Status ListOnePage(const Wanted& wanted, const redis::NameIndex& index,
                         ControlSession* session) {
  std::vector<std::string> names =
      index.Behind(wanted.after, *wanted.limit + 1);
  const bool is_last = names.size() <= *wanted.limit;
  if (!is_last) names.pop_back();
  if (wanted.format == Format::kNames) {
    Print(Lines(names));
    return absl::OkStatus();
  }
  NameReader reader(session);
  ASSIGN_OR_RETURN(NamePage page, reader.Read(names));
  page.total = index.size();
  page.after = wanted.after;
  if (!is_last) page.next = names.back();
  PrintPage(wanted, page);
  reader.MentionComplaints();
  return absl::OkStatus();
}

absl::Status ListEach(const Wanted& wanted, ControlSession* session) {
  ASSIGN_OR_RETURN(const redis::NameIndex index, session->store->FindNames());
  if (wanted.limit) return ListOnePage(wanted, index, session);
  NameReader reader(session);
  NameListJsonParts json(Print);
  std::string after;
  while (true) {
    const std::vector<std::string> names = index.Behind(after, kNamesAtOnce);
    if (names.empty()) break;
    if (wanted.format == Format::kNames) {
      Print(Lines(names));
    } else {
      ASSIGN_OR_RETURN(const NamePage page, reader.Read(names));
      json.Add(page);
    }
    // Nobody reads the rest.
    if (!OutputWorks()) return absl::OkStatus();
    after = names.back();
  }
  if (wanted.format == Format::kNames) return absl::OkStatus();
  json.End();
  reader.MentionComplaints();
  return absl::OkStatus();
}

absl::Status List(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Wanted wanted, WantedBy(arguments));
  ASSIGN_OR_RETURN(const auto session,
                   OpenSession(ProgramOptions(arguments), NamesWanted::kAlike));
  ASSIGN_OR_RETURN(const bool many, session->store->HasManyNames());
  const bool each = wanted.format != Format::kText || wanted.limit;
  const absl::Status listed = many && each ? ListEach(wanted, session.get())
                                           : ListAtOnce(wanted, session.get());
  if (!listed.ok()) MentionComplaints(*session);
  return listed;
}

}  // namespace

Command NameListCommand(const CommandParameter& config,
                        const CommandParameter& json,
                        const CommandParameter& names) {
  using Kind = CommandParameter::Kind;
  return {
      "name list",
      "All names and how they answer",
      {config,
       json,
       names,
       {Kind::kOption, "--after", "Begin behind this name", "NAME"},
       {Kind::kOption, "--limit",
        "So many names at most, from 1 to 10000 (with --after: 1000)", "N"}},
      ListNames};
}

int ListNames(const Arguments& arguments) {
  const absl::Status listed = List(arguments);
  return listed.ok() ? kExitDone : Fail(listed);
}

}  // namespace groupring::backend
