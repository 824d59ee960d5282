// The users of pdns-config/redis-acl.conf, with passwords of the test's own: a
// right that is missing there fails the tests.
#ifndef GROUPRING_TESTS_SUPPORT_REDIS_USERS_H_
#define GROUPRING_TESTS_SUPPORT_REDIS_USERS_H_

#include <string>
#include <vector>

#include "tests/support/redis_server.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {

class RedisUsers {
 public:
  RedisUsers();

  // For redis-server.
  std::vector<std::string> arguments() const { return {"--include", file_}; }

  // The user of a role (node, checker, operator, reader, replica, sentinel) as
  // it is in URLs, with its @.
  static std::string UserInfo(const std::string& role);
  static std::string Url(const std::string& role, const RedisServer& redis);
  static std::string Name(const std::string& role);
  static std::string Password(const std::string& role);

  // The line of sentinel.conf that includes the user of sentinels, and whose
  // name and password it has.
  std::string sentinel_line() const {
    return "include " + sentinel_file_ + "\n";
  }
  static std::string AskingUser() { return "groupring"; }
  static std::string AskingPassword() { return Password("asking"); }

  // Whether the text repeats any of the passwords.
  static bool Betrays(const std::string& text);

 private:
  TempDirectory directory_;
  std::string file_;
  std::string sentinel_file_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_REDIS_USERS_H_
