#include "tests/support/redis_users.h"

#include <cctype>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace groupring::testing {
namespace {

constexpr const char* kRoles[] = {"node",    "checker",  "operator", "reader",
                                  "replica", "sentinel", "asking",   "load"};

// The file as it is shipped, with each placeholder replaced.
std::string WithPasswords(const std::string& name) {
  std::ifstream in(GROUPRING_SOURCE_DIR "/pdns-config/" + name);
  std::ostringstream whole;
  whole << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read pdns-config/" + name);
  std::string text = whole.str();
  for (const std::string role : kRoles) {
    std::string placeholder = ">";
    for (const char c : role) {
      placeholder += static_cast<char>(std::toupper(c));
    }
    placeholder += "-PASSWORD";
    const size_t at = text.find(placeholder);
    if (at == std::string::npos) continue;
    text.replace(at + 1, placeholder.size() - 1, RedisUsers::Password(role));
  }
  if (text.find("-PASSWORD ") != std::string::npos) {
    throw std::runtime_error(name + " has a user that tests do not know");
  }
  return text;
}

}  // namespace

RedisUsers::RedisUsers()
    : file_(directory_.Write("acl.conf", WithPasswords("redis-acl.conf"))),
      sentinel_file_(directory_.Write("sentinel-acl.conf",
                                      WithPasswords("sentinel-acl.conf"))) {}

std::string RedisUsers::Name(const std::string& role) {
  return "groupring-" + role;
}

std::string RedisUsers::Password(const std::string& role) {
  return "kept-dark-" + role;
}

std::string RedisUsers::UserInfo(const std::string& role) {
  return Name(role) + ":" + Password(role) + "@";
}

std::string RedisUsers::Url(const std::string& role, const RedisServer& redis) {
  return "unix://" + UserInfo(role) + redis.socket();
}

bool RedisUsers::Betrays(const std::string& text) {
  return text.find("kept-dark-") != std::string::npos;
}

}  // namespace groupring::testing
