#include "tests/fuzz/questions.h"

#include <arpa/inet.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "backend/api/read_commands.h"
#include "backend/engine/query_handler.h"
#include "backend/protocol/pipe_abi.h"
#include "backend/protocol/presentation.h"
#include "backend/protocol/remote_json.h"
#include "backend/report/group_report.h"
#include "backend/report/name_report.h"
#include "tests/fuzz/check.h"

namespace groupring::fuzz {
namespace {

using backend::Method;
using backend::Reply;
using backend::Request;

class FixedClock : public Clock {
 public:
  int64_t UnixMillis() const override { return kNow; }
  std::chrono::steady_clock::time_point Steady() const override { return {}; }
};

void CheckRecords(const Request& request, const Reply& reply) {
  for (const backend::Record& record : reply.records) {
    if (record.qtype != "A" && record.qtype != "AAAA") continue;
    if (record.scope_mask == 0) continue;  // a static one, whatever it says
    in6_addr bytes;
    Check(inet_pton(record.qtype == "A" ? AF_INET : AF_INET6,
                    std::string(record.content).c_str(), &bytes) == 1,
          "an address that is answered is one");
    Check(record.scope_mask == 24 || record.scope_mask == 48,
          "a dynamic address holds for the client's subnet");
  }
  if (request.method == Method::kLookup) {
    for (const backend::Record& record : reply.records) {
      Check(backend::WithoutTrailingDot(record.qname) ==
                backend::WithoutTrailingDot(request.qname),
            "a name is answered as asked");
    }
  }
}

void CheckForms(const Request& request, const Reply& reply) {
  std::string line;
  backend::AppendRemoteJson(reply, &line);
  line.push_back('\n');
  CheckJsonLine(line);
  if (reply.kind == Reply::Kind::kRecords) {
    const auto result = nlohmann::json::parse(line).at("result");
    Check(result.size() == reply.records.size(),
          "as many records as there are");
    for (const auto& record : result) {
      Check(record.size() == (record.contains("auth") ? 7u : 6u),
            "a record has its six fields, and what is delegated says so");
    }
  }
  Request unused;
  for (const int version : {1, 3, 5}) {
    backend::PipeAbi pipe;
    std::string out;
    pipe.ReadLine("HELO\t" + std::to_string(version), &unused, &out);
    out.clear();
    pipe.AppendReply(request, reply, &out);
    CheckPipeAnswer(out, version, reply.kind == Reply::Kind::kText);
  }
}

// Names to ask for: all that there are, and one that is not.
std::set<std::string> NamesToAsk(const World& world) {
  std::set<std::string> names = {"nothing.example.org", ""};
  for (const auto& [name, data] : world.dataset().names) names.insert(name);
  for (const auto& zone : world.snapshot()->zones) {
    for (const auto& record : zone->records) names.insert(record.owner);
  }
  return names;
}

size_t Lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

void AskEverything(const World& world) {
  backend::SnapshotHolder holder;
  holder.Publish(world.snapshot());
  const FixedClock clock;
  backend::QueryHandler handler(
      &holder, &clock, std::make_unique<Mt19937Random>(1), [] {},
      [](const auto&, auto) { return std::string(); });
  Reply reply;
  Request request;
  const auto ask = [&](Method method) {
    request.method = method;
    reply.Clear();
    handler.Handle(request, &reply);
    CheckRecords(request, reply);
    CheckForms(request, reply);
  };
  for (const std::string& name : NamesToAsk(world)) {
    request.Clear();
    request.qname = name + ".";
    request.remote = "192.0.2.1";
    for (const char* subnet : {"198.51.100.0/24", "2001:db8:1::/48", ""}) {
      request.real_remote = subnet;
      for (const char* type : {"ANY", "SOA", "A"}) {
        request.qtype = type;
        ask(Method::kLookup);
      }
    }
    request.zone = name + ".";
    ask(Method::kGetDomainInfo);
    ask(Method::kList);
    for (const auto& zone : world.snapshot()->zones) {
      request.zone_id = zone->id;
      ask(Method::kGetBeforeAndAfterNames);
    }
    request.zone_id = -1;
  }
  request.text = "*";
  ask(Method::kSearchRecords);
  ask(Method::kGetAllDomains);
}

void CheckReports(const World& world) {
  const backend::Snapshot& snapshot = *world.snapshot();
  backend::GroupDirectory directory(snapshot, kNow);
  const auto groups = backend::ReportGroupPage(directory, {});
  const std::string list = backend::GroupListText(groups);
  CheckTerminalText(list);
  Check(Lines(list) == groups.groups.size() + 1, "a group is one line");
  CheckJson(backend::GroupListJson(groups, &directory));
  for (const auto& group : groups.groups) {
    // Not counting shares, which takes longer than all the rest.
    const auto report = backend::ReportGroup(snapshot, group.group, kNow, 0);
    Check(report.has_value(), "a group that is listed is shown");
    Check(report->names.size() == report->name_count,
          "a group is shown with all its names");
    CheckTerminalText(backend::GroupText(*report));
    CheckJson(backend::GroupJson(*report));
  }
  const auto page = backend::ReportNames(snapshot, kNow);
  const std::string name_list = backend::NameListText(page);
  CheckTerminalText(name_list);
  Check(Lines(name_list) == page.names.size() + 1, "a name is one line");
  CheckJson(backend::NameListJson(page));
  for (const auto* owner : page.names) {
    const std::string text = owner->name.str();
    const auto name = backend::ReportName(snapshot, text, kNow);
    Check(name.has_value(), "a name that is listed is shown");
    CheckTerminalText(backend::NameText(*name));
    CheckJson(backend::NameJson(*name));
    CheckCommand(world, "explain " + text + " 198.51.100.7");
    CheckCommand(world, "explain --json " + text + " 2001:db8::/32");
  }
  CheckCommand(world, "status");
  CheckCommand(world, "status --json");
}

void CheckCommand(const World& world, const std::string& command) {
  const std::string text =
      backend::RunReadCommand(*world.snapshot(), {}, command, kNow);
  // A line that repeats what was asked may begin with a brace as well.
  if (text.starts_with("{\n")) {
    CheckJson(text);
  } else {
    CheckTerminalText(text);
  }
}

}  // namespace groupring::fuzz
