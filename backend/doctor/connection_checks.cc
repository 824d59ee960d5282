#include "backend/doctor/connection_checks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "backend/doctor/answer_fit.h"
#include "backend/doctor/socket_access.h"
#include "redis/base/connect.h"
#include "redis/base/host_port.h"

namespace groupring::backend {
namespace {

using Code = DiagnosticCode;

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

bool IsSameFile(const std::string& a, const std::string& b) {
  if (a == b) return true;
  struct stat first {};
  struct stat second {};
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

bool IsSocket(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

Diagnostic NotChecked(const std::string& about, const std::string& what,
                      const std::string& advice) {
  return {Severity::kInfo, Code::kNotChecked, about, what, advice};
}

// One examination.
class Examination {
 public:
  Examination(const PdnsConnection& connection,
              const ConnectionContext& context)
      : connection_(connection), context_(context) {}

  Diagnostics Run() {
    switch (connection_.kind) {
      case ConnectionKind::kRemoteUnix:
        Socket("remote_unix", context_.listen.remote_unix);
        break;
      case ConnectionKind::kPipe:
        if (connection_.place == context_.listen.pipe_unix ||
            IsSocket(connection_.place)) {
          Socket("pipe_unix", context_.listen.pipe_unix);
        } else {
          Coprocess();
        }
        break;
      case ConnectionKind::kRemoteHttp:
        Http();
        break;
      case ConnectionKind::kRemotePipe:
        Coprocess();
        break;
      case ConnectionKind::kEmbedded:
        Add(NotChecked(connection_.setting,
                       "groupring runs inside PowerDNS and cannot be asked "
                       "from outside",
                       "--dns ADDRESS:PORT asks through PowerDNS"));
        break;
      case ConnectionKind::kOther:
        break;
    }
    return std::move(findings_);
  }

 private:
  void Add(Diagnostic finding) { findings_.push_back(std::move(finding)); }

  void Problem(Code code, std::string what, std::string advice) {
    Add({Severity::kError, code, connection_.place, std::move(what),
         std::move(advice)});
  }

  void Socket(const char* name, const std::string& listened) {
    const std::string setting = absl::StrFormat("[listen] %s", name);
    const absl::StatusOr<std::vector<FileAccess>> files =
        FilesTo(connection_.place);
    Compare(setting, listened);
    if (absl::IsPermissionDenied(files.status())) {
      Add(NotChecked(connection_.place,
                     "this user may not look at it: " + Message(files.status()),
                     "run doctor as root"));
      return;
    }
    if (!files.ok()) {
      Problem(Code::kPdnsSocket, Message(files.status()),
              "is `groupring serve` running, and does it listen there (" +
                  setting + ")?");
      return;
    }
    if (!S_ISSOCK(files->back().mode)) {
      Problem(Code::kPdnsSocket, "is no socket",
              "remove it, and restart groupring serve");
      return;
    }
    CheckRights(*files);
    if (faccessat(AT_FDCWD, connection_.place.c_str(), W_OK, AT_EACCESS) != 0) {
      Add(NotChecked(connection_.place, "this user may not connect to it",
                     "run doctor as root, or as PowerDNS' user"));
      return;
    }
    Ask();
  }

  void Compare(const std::string& setting, const std::string& listened) {
    if (listened.empty()) {
      Problem(Code::kPdnsSocket,
              "PowerDNS connects to it, but " + setting + " is \"\"",
              "set " + setting + " = \"" + connection_.place +
                  "\"; --config names the settings of groupring serve");
    } else if (IsSameFile(connection_.place, listened)) {
      Add({Severity::kInfo, Code::kPdnsSocket, connection_.place,
           connection_.setting + " is " + setting, ""});
    } else {
      Problem(Code::kPdnsSocket,
              "PowerDNS connects to it, but " + setting + " is \"" + listened +
                  "\"",
              "make " + connection_.setting +
                  " the same; --config names the settings of groupring serve");
    }
  }

  void CheckRights(const std::vector<FileAccess>& files) {
    const auto setting = [&](const char* name, const char* fallback) {
      const auto found = context_.pdns.find(name);
      return found == context_.pdns.end() || found->second.empty()
                 ? std::string(fallback)
                 : found->second;
    };
    const absl::StatusOr<UserIdentity> user =
        FindUser(setting("setuid", "pdns"), setting("setgid", ""));
    if (!user.ok()) {
      Add(NotChecked(connection_.place,
                     "whether PowerDNS may connect: " + Message(user.status()),
                     "set setuid in pdns.conf, or run doctor where PowerDNS "
                     "is"));
      return;
    }
    for (Diagnostic& finding : CheckAccess(files, *user)) {
      Add(std::move(finding));
    }
  }

  void Http() {
    const std::string& url = connection_.place;
    constexpr std::string_view kScheme = "http://";
    if (url.starts_with(kScheme)) {
      const size_t begin = kScheme.size();
      const std::string authority =
          url.substr(begin, url.find('/', begin) - begin);
      CompareHttp(authority);
    }
    Ask();
  }

  // Only what is on this host can be compared with its settings.
  void CompareHttp(const std::string& authority) {
    const std::optional<HostPort> asked = SplitHostPort(authority);
    if (!asked) return;
    const std::string port(asked->port.value_or("80"));
    const std::string& http = context_.listen.http;
    const std::optional<HostPort> listened = SplitHostPort(http);
    if (listened && listened->port && *listened->port == port) {
      Add({Severity::kInfo, Code::kPdnsSocket, connection_.place,
           "its port is that of [listen] http", ""});
    } else if (asked->host == "127.0.0.1" || asked->host == "::1" ||
               IsLocalhost(asked->host)) {
      Problem(Code::kPdnsSocket,
              "PowerDNS asks there, but [listen] http is \"" + http + "\"",
              "make them the same; --config names the settings of groupring "
              "serve");
    }
  }

  void Coprocess() {
    const std::string command =
        connection_.place.substr(0, connection_.place.find(' '));
    if (command.starts_with('/') && access(command.c_str(), F_OK) != 0) {
      Problem(Code::kPdnsSocket,
              errno == ENOENT ? "there is no such program or socket"
                              : "it cannot be looked at",
              "PowerDNS does not start without it: is groupring installed "
              "there, or does `groupring serve` run?");
      return;
    }
    Add(NotChecked(connection_.place,
                   "PowerDNS runs groupring as a process of its own, which "
                   "cannot be asked from outside",
                   "--dns ADDRESS:PORT asks through PowerDNS"));
  }

  void Ask() {
    const std::vector<std::string> names =
        context_.snapshot == nullptr ? std::vector<std::string>()
                                     : NamesToAsk(*context_.snapshot, 1);
    const std::string name = names.empty() ? "" : names.front();
    const auto& subnet = kProbeSubnets.front();
    const absl::StatusOr<BackendAnswer> answer =
        AskBackend(connection_, name, subnet, context_.timeout);
    if (!answer.ok()) {
      Problem(Code::kBackendAnswer,
              "asked as PowerDNS asks: " + Message(answer.status()),
              "is `groupring serve` running there? Its log says more");
      return;
    }
    if (name.empty()) {
      Add({Severity::kInfo, Code::kBackendAnswer, connection_.place,
           "groupring answers there; no name is known to ask for", ""});
      return;
    }
    for (Diagnostic& finding :
         CheckBackendAnswer(*context_.snapshot, name, subnet, *answer,
                            connection_.place, context_.unix_millis)) {
      Add(std::move(finding));
    }
  }

  const PdnsConnection& connection_;
  const ConnectionContext& context_;
  Diagnostics findings_;
};

}  // namespace

Diagnostics ExamineConnection(const PdnsConnection& connection,
                              const ConnectionContext& context) {
  return Examination(connection, context).Run();
}

Diagnostics CheckBackendAnswer(const Snapshot& snapshot,
                               const std::string& name,
                               const std::array<uint8_t, 3>& subnet,
                               const BackendAnswer& answer,
                               const std::string& about, int64_t unix_millis) {
  const std::string client = SubnetText(subnet);
  const auto explanation = Explain(snapshot, name, client, "", unix_millis);
  Diagnostics findings;
  std::vector<std::string> shown;
  for (const redis::Family family : {redis::Family::kA, redis::Family::kAaaa}) {
    const auto& addresses = answer.addresses[static_cast<size_t>(family)];
    const std::string type(FamilyName(family));
    switch (FitOf(explanation, family, addresses)) {
      case AnswerFit::kExpected:
        shown.push_back(type + " " + absl::StrJoin(addresses, " "));
        break;
      case AnswerFit::kNone:
        shown.push_back("no " + type + ", as it should be");
        break;
      case AnswerFit::kEmpty:
        findings.push_back(
            {Severity::kError, Code::kBackendAnswer, about,
             absl::StrFormat("%s for %s: no %s, though there should be", name,
                             client, type),
             "does that groupring follow another Redis? See `groupring "
             "nodes`"});
        break;
      case AnswerFit::kForeign:
        findings.push_back(
            {Severity::kError, Code::kBackendAnswer, about,
             absl::StrFormat("%s for %s: %s %s, which is of another group than "
                             "Redis says",
                             name, client, type, absl::StrJoin(addresses, " ")),
             "does that groupring follow another Redis? See `groupring "
             "nodes`"});
        break;
    }
  }
  if (!shown.empty()) {
    findings.push_back(
        {Severity::kInfo, Code::kBackendAnswer, about,
         absl::StrFormat(
             "%s for %s: %s%s", name, client, absl::StrJoin(shown, ", "),
             explanation ? "; " + VerdictText(*explanation) : std::string()),
         ""});
  }
  if (answer.scope && *answer.scope != 24) {
    findings.push_back(
        {Severity::kError, Code::kBackendAnswer, about,
         absl::StrFormat("%s for %s: scope /%d instead of /24, so PowerDNS "
                         "caches it for everybody",
                         name, client, *answer.scope),
         "set pipe-abi-version=5 with the pipe backend; else report it"});
  }
  return findings;
}

}  // namespace groupring::backend
