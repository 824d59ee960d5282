// Signed zones as the clients of a resolver that validates meet them, while
// groups change.
#include <string>
#include <vector>

#include "tests/integration/deployment.h"
#include "tests/integration/key_store.h"
#include "tests/integration/modes.h"
#include "tests/integration/unbound.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr const char* kName = "files.example.org";

// What the resolver answers to a client.
struct Answer {
  std::string status;
  bool authenticated = false;
  std::string group;  // of the address, if there is one
};

Answer Ask(const Unbound& resolver, const std::string& client,
           const std::string& name, const std::string& type = "A") {
  const std::string reply =
      RunCommand({"dig", "+tries=2", "+adflag", "-b", client, "-p",
                  std::to_string(resolver.port()), "@127.0.0.1", name, type})
          .output;
  const auto after = [&](const std::string& mark, const std::string& end) {
    const size_t at = reply.find(mark);
    if (at == std::string::npos) return std::string();
    const size_t begin = at + mark.size();
    return reply.substr(begin, reply.find_first_of(end, begin) - begin);
  };
  return {.status = after("status: ", ","),
          .authenticated =
              (after(";; flags:", ";") + " ").find(" ad ") != std::string::npos,
          .group = GroupOf(after("IN\t" + type + "\t", "\n"))};
}

// A client whose /24 has not asked yet, so that the answer is a new one.
class Newcomers {
 public:
  std::string Next() {
    ++count_;
    return "127." + std::to_string(20 + count_ / 256) + "." +
           std::to_string(count_ % 256) + ".1";
  }

 private:
  int count_ = 0;
};

std::vector<std::string> Options(const KeyStore& keys, const Mode& mode,
                                 bool nsec) {
  if (nsec) {
    return keys.PdnsOptions("dnssec-nsec.conf", mode.file == "embedded.conf");
  }
  std::vector<std::string> options = keys.PdnsOptions();
  if (mode.zone_file) options.emplace_back("--launch=bind,gsqlite3,remote");
  return options;
}

void CheckAllIsBelieved(const Mode& mode, bool nsec) {
  const KeyStore keys(/*narrow=*/!nsec);
  Deployment deployment(mode, "", Options(keys, mode, nsec));
  const Unbound resolver(deployment.port(), keys.ds());
  Newcomers newcomers;

  // First what does not exist: a proof that denies too much would hide the
  // names that are asked for afterwards.
  for (const char* name :
       {"nosuch.example.org", "a.example.org", "z.example.org",
        "x.files.example.org", "y.west.example.org", "ftp.example.org"}) {
    CAPTURE(name);
    const Answer answer = Ask(resolver, newcomers.Next(), name);
    CHECK(answer.status == "NXDOMAIN");
    CHECK(answer.authenticated);
  }
  for (const char* name : {kName, "upload.example.org",
                           "ftp.eu.west.example.org", "www.example.org"}) {
    for (const char* type : {"A", "AAAA", "TXT"}) {
      CAPTURE(name, type);
      const Answer answer = Ask(resolver, newcomers.Next(), name, type);
      CHECK(answer.status == "NOERROR");
      CHECK(answer.authenticated);
    }
  }

  // Each group in turn goes out and comes back. No answer is doubted meanwhile,
  // and new clients meet the others.
  constexpr int kInARow = 6;
  for (const char* group : {"alpha", "bravo", "charlie"}) {
    deployment.redis().Run("HSET " + std::string(group) +
                           ":STATE state disabled");
    int others = 0;
    const auto is_out = [&] {
      const Answer answer = Ask(resolver, newcomers.Next(), kName);
      CAPTURE(group, answer.status, answer.group);
      CHECK(answer.status == "NOERROR");
      CHECK(answer.authenticated);
      others = answer.group.empty() || answer.group == group ? 0 : others + 1;
      return others >= kInARow;
    };
    // Many questions, each of which may take its time.
    CAPTURE(group);
    CHECK(WaitUntil(is_out, 2 * kPatience));
    deployment.redis().Run("DEL " + std::string(group) + ":STATE");
  }
}

TEMPLATE_TEST_CASE("a resolver that validates believes all of a signed zone",
                   "", EVERY_MODE) {
  CheckAllIsBelieved(TestType::Get(), /*nsec=*/false);
}

#ifdef GROUPRING_SANITIZED
#define MODES_WITH_NSEC RemoteUnix, RemoteHttp, RemotePipe
#else
#define MODES_WITH_NSEC RemoteUnix, RemoteHttp, RemotePipe, Embedded
#endif

TEMPLATE_TEST_CASE("a resolver that validates believes all of it with NSEC", "",
                   MODES_WITH_NSEC) {
  CheckAllIsBelieved(TestType::Get(), /*nsec=*/true);
}

}  // namespace
}  // namespace groupring::testing
