// The C interface of libgroupring.so, with an engine that has a state file and
// no Redis. The bytes are arguments, separated by NUL: what is asked ("lookup",
// "list", "find", "command"), then that function's own.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "backend/embedded/groupring.h"
#include "backend/protocol/presentation.h"
#include "backend/state/state_file.h"
#include "redis/base/clock.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/redis_text.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

constexpr char kData[] =
    "example.org:CONFIG\thash\tSOA\tns1 hostmaster 1 2 3 4 5\tNS\tns1\t"
    "RECORDS\t[{\"name\":\"www\",\"type\":\"A\",\"content\":\"192.0.2.80\"}]\n"
    "ftp.example.org:GROUPS\tset\tg1\tg2\n"
    "g1:A\tset\t192.0.2.1\ng1:AAAA\tset\t2001:db8::1\n"
    "g2:A\tset\t198.51.100.0/28\n"
    "any.example.org:CONFIG\thash\tANSWER\trandom\n"
    "any.example.org:A\tset\t192.0.2.7\n";

// A directory with a settings file and a state file, of this process.
class Directory {
 public:
  Directory() {
    char path[] = "/tmp/groupring-fuzz-XXXXXX";
    Check(mkdtemp(path) != nullptr, "a directory can be made");
    path_ = path;
    std::ofstream(settings()) << "[redis]\nurl = \"unix://" << path_
                              << "/none.sock\"\n[state]\ndirectory = \""
                              << path_ << "\"\n[log]\nlevel = \"error\"\n";
    std::ofstream(state(), std::ios::binary) << backend::EncodeState(
        World(kData).dataset(), SystemClock().UnixMillis());
  }
  ~Directory() {
    unlink(settings().c_str());
    unlink(state().c_str());
    rmdir(path_.c_str());
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string settings() const { return path_ + "/groupring.toml"; }

 private:
  std::string state() const { return path_ + "/dataset.state"; }
  std::string path_;
};

groupring_session* Session() {
  static groupring_session* const session = [] {
    const Directory directory;
    char error[256] = "";
    groupring_session* opened =
        groupring_open(directory.settings().c_str(), error, sizeof(error));
    Check(opened != nullptr, error);
    Check(groupring_all_domains(opened) == 1, "the state file is served");
    return opened;
  }();
  return session;
}

std::vector<std::string> Arguments(std::string_view bytes) {
  std::vector<std::string> arguments;
  while (arguments.size() < 6) {
    const size_t end = bytes.find('\0');
    arguments.emplace_back(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  arguments.resize(6);
  return arguments;
}

std::string Text(groupring_text text) { return {text.data, text.size}; }

void CheckRecords(const groupring_session* session, int32_t count) {
  if (count < 0) {
    Check(count == GROUPRING_FAILED || count == GROUPRING_NO_ZONE,
          "what is no count is a failure or no zone");
    return;
  }
  const groupring_record* records = groupring_records(session);
  for (int32_t i = 0; i < count; ++i) {
    CheckLogLine(Text(records[i].name));
    CheckLogLine(Text(records[i].type));
    CheckLogLine(Text(records[i].content));
  }
}

}  // namespace

void FuzzEmbedded(std::string_view bytes) {
  groupring_session* const session = Session();
  const std::vector<std::string> words = Arguments(bytes);
  const std::string& what = words[0];
  if (what == "command") {
    const std::string text = Text(groupring_command(session, words[1].c_str()));
    // A line that repeats what was asked may begin with a brace as well.
    if (text.starts_with("{\n")) {
      CheckJson(text);
    } else {
      CheckTerminalText(text);
    }
  } else if (what == "list") {
    CheckRecords(session, groupring_list(session, words[1].c_str(), -1));
  } else if (what == "find") {
    const int32_t found = groupring_find_domain(session, words[1].c_str());
    Check(found == 0 || found == 1, "there is a zone of the name, or none");
  } else {
    const int32_t count =
        groupring_lookup(session, words[1].c_str(), words[2].c_str(), -1,
                         words[3].c_str(), words[4].c_str());
    Check(count >= 0, "a lookup with data does not fail");
    CheckRecords(session, count);
    const groupring_record* records = groupring_records(session);
    for (int32_t i = 0; i < count; ++i) {
      Check(backend::WithoutTrailingDot(Text(records[i].name)) ==
                backend::WithoutTrailingDot(words[2].c_str()),
            "a name is answered as asked");
    }
  }
}

}  // namespace groupring::fuzz
