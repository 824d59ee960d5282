// An operator in front of a Redis of the test's own, who types commands of
// `groupring`.
#ifndef GROUPRING_TESTS_PROGRAM_OPERATOR_H_
#define GROUPRING_TESTS_PROGRAM_OPERATOR_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/groupring_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/redis_users.h"

namespace groupring::testing {

// What Redis holds at first, as lines for redis-cli: px-1, px-2 and px-3 with
// two A and one AAAA each, on ftp.example.org (TTL 60) and files.example.org
// (TTL 30, px-1 with twice the weight); random.example.org with addresses of
// its own; the zone example.org with a static record.
extern const char* const kOperatorData;

class Operator {
 public:
  // Commands have the rights of pdns-config's operator, but `doctor` is run by
  // a user who may read the configuration of Redis. `settings` is TOML that
  // follows the rest.
  explicit Operator(std::vector<std::string> redis_arguments = {},
                    std::string_view settings = {});

  RedisServer& redis() { return redis_; }
  std::string redis_socket() const { return redis_.socket(); }
  const GroupringSettings& settings() const { return settings_; }

  // "group disable px-1 --reason 'kernel upgrade'": the whole command line of
  // `groupring --config …` as such words; ' quotes.
  std::vector<std::string> Words(std::string_view line) const;

  // Runs it to its end as the user ana, with standard output to no terminal.
  CommandResult Run(std::string_view line) const;
  CommandResult Run(std::string_view line,
                    const std::string& settings_file) const;

  // The same, adding what was typed and what it printed to the transcript.
  CommandResult Type(std::string_view line);

  // Compares the transcript with tests/program/golden/<name>, and begins a new
  // one. With GROUPRING_RECORD_GOLDEN in the environment it is written there
  // instead.
  void CheckTranscript(const std::string& name);

  // Every key of Redis with its value, as DUMP says it.
  std::map<std::string, std::string> AllKeys();

 private:
  RedisUsers users_;
  RedisServer redis_;
  GroupringSettings settings_;
  GroupringSettings owner_settings_;
  std::string transcript_;
};

// The text of a file of pdns-config/ with the sockets, port and program of
// these settings in place of the installed ones, and our own user for PowerDNS.
std::string PdnsConf(std::string_view file, const GroupringSettings& settings);

// A node that answers, and says in Redis that it does.
std::string NodeSettings(std::string_view name);

// The text with all that differs from run to run made the same: times, who
// ran it, process ids, ids of the audit, the version. Columns stay aligned.
std::string Steady(std::string text);

// Whether `text` holds `part`.
bool Holds(const std::string& text, std::string_view part);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_PROGRAM_OPERATOR_H_
