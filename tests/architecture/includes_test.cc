// Which libraries a folder may use, and how headers are included.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/source_tree.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

using Violations = std::vector<std::string>;

// Of the C++ library or the C library: <vector>, <sys/socket.h>.
bool IsStandard(std::string_view include) {
  static const std::set<std::string_view> kSystemFolders = {
      "arpa", "linux", "net", "netinet", "sys"};
  const size_t slash = include.find('/');
  if (slash != include.npos) {
    return kSystemFolders.contains(include.substr(0, slash));
  }
  static const std::set<std::string_view> kSystemHeaders = {
      "errno.h",  "netdb.h",  "sched.h",   "syslog.h", "ifaddrs.h", "dirent.h",
      "fcntl.h",  "poll.h",   "pthread.h", "signal.h", "stddef.h",  "stdint.h",
      "stdlib.h", "string.h", "time.h",    "unistd.h"};
  return include.find('.') == include.npos || kSystemHeaders.contains(include);
}

bool StartsWithAny(std::string_view include,
                   const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [include](std::string_view prefix) {
                       return include.starts_with(prefix);
                     });
}

Violations IncludesBeyond(std::string_view folder,
                          const std::vector<std::string_view>& allowed) {
  Violations violations;
  for (const SourceFile& source : SourcesOf(folder)) {
    for (const std::string& include : source.Includes()) {
      if (!IsStandard(include) && !StartsWithAny(include, allowed)) {
        violations.push_back(source.path + " includes " + include);
      }
    }
  }
  return violations;
}

TEST_CASE("hashing uses the standard library and xxHash") {
  CHECK(IncludesBeyond("hashing", {"hashing/", "xxhash.h"}) == Violations{});
}

TEST_CASE("redis uses the standard library, Abseil, hiredis and OpenSSL") {
  CHECK(IncludesBeyond("redis", {"redis/", "absl/", "hiredis/", "openssl/"}) ==
        Violations{});
}

TEST_CASE("backend reaches into no test") {
  Violations violations;
  for (const SourceFile& source : SourcesOf("backend")) {
    for (const std::string& include : source.Includes()) {
      if (include.starts_with("tests/")) {
        violations.push_back(source.path + " includes " + include);
      }
    }
  }
  CHECK(violations == Violations{});
}

TEST_CASE("hiredis is included by the connection and what reads its replies") {
  std::set<std::string> paths;
  for (const char* folder : {"hashing", "redis", "backend"}) {
    for (const SourceFile& source : SourcesOf(folder)) {
      for (const std::string& include : source.Includes()) {
        if (include.find("hiredis") != include.npos) paths.insert(source.path);
      }
    }
  }
  CHECK(paths == std::set<std::string>{"redis/connection/connection.cc",
                                       "redis/connection/reply_objects.cc"});
}

TEST_CASE("OpenSSL is included by the file pairs of TLS sessions") {
  std::set<std::string> paths;
  for (const char* folder : {"hashing", "redis", "backend"}) {
    for (const SourceFile& source : SourcesOf(folder)) {
      for (const std::string& include : source.Includes()) {
        if (include.starts_with("openssl/")) paths.insert(source.path);
      }
    }
  }
  CHECK(paths == std::set<std::string>{"backend/health/tls_session.cc",
                                       "redis/connection/tls.cc"});
}

TEST_CASE("httplib is included by files of HTTP only") {
  for (const char* folder : {"hashing", "redis", "backend"}) {
    for (const SourceFile& source : SourcesOf(folder)) {
      for (const std::string& include : source.Includes()) {
        if (include != "httplib.h") continue;
        INFO(source.path);
        CHECK(source.path.find("http") != std::string::npos);
      }
    }
  }
}

TEST_CASE("no header passes a third party's types on") {
  // Abseil's are the exception: its Status is how failure is told.
  static const std::vector<std::string_view> kThirdParty = {
      "CLI/",    "fmt/",    "hiredis", "httplib",  "nlohmann/", "prometheus/",
      "spdlog/", "toml++/", "xxhash",  "openssl/", "systemd/"};
  // Shared by the files that write reports, which are made of JSON values.
  static const std::set<std::string> kExceptions = {
      "backend/report/json_text.h"};
  Violations violations;
  for (const char* folder : {"hashing", "redis", "backend"}) {
    for (const SourceFile& source : SourcesOf(folder)) {
      if (!source.IsHeader() || kExceptions.contains(source.path)) continue;
      for (const std::string& include : source.Includes()) {
        // That one declares names and no more.
        if (include == "nlohmann/json_fwd.hpp") continue;
        if (StartsWithAny(include, kThirdParty)) {
          violations.push_back(source.path + " includes " + include);
        }
      }
    }
  }
  CHECK(violations == Violations{});
}

TEST_CASE("a source file includes its own header first") {
  // Together with the build of headers that have no source file, this shows
  // that every header compiles on its own.
  Violations violations;
  for (const char* folder : {"hashing", "redis", "backend", "tests/support"}) {
    std::set<std::string> headers;
    for (const SourceFile& source : SourcesOf(folder)) {
      if (source.IsHeader()) headers.insert(source.path);
    }
    for (const SourceFile& source : SourcesOf(folder)) {
      const std::string header =
          source.path.substr(0, source.path.rfind('.')) + ".h";
      if (source.IsHeader() || !headers.contains(header)) continue;
      const auto includes = source.Includes();
      if (includes.empty() || includes[0] != header) {
        violations.push_back(source.path);
      }
    }
  }
  CHECK(violations == Violations{});
}

}  // namespace
}  // namespace groupring::testing
