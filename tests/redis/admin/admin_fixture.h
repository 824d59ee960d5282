// Admins of a test's Redis.
#ifndef GROUPRING_TESTS_REDIS_ADMIN_ADMIN_FIXTURE_H_
#define GROUPRING_TESTS_REDIS_ADMIN_ADMIN_FIXTURE_H_

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "redis/admin/admin.h"
#include "tests/support/wait_until.h"

namespace groupring::redis {

Endpoint EndpointOf(const std::string& url);

// Throws when it cannot connect.
std::unique_ptr<Admin> Connected(
    const std::string& url,
    std::chrono::milliseconds command_timeout = testing::kPatience,
    LogSink log = {}, Schema schema = Schema::kGroupring);

// Every key with what it holds (as DUMP gives it).
std::map<std::string, std::string> Everything(Admin* admin);

// Writes that tests make.
Write DisableG1();
Write AddMember(const std::string& owner, const std::string& address);

AuditEntry Entry(const std::string& what, const std::string& target);

// Of a process with that name.
NodeIdentity NodeOf(const std::string& name);

// The message of a status as the standard's string.
std::string Message(const absl::Status& status);

bool Contains(const std::string& text, const std::string& part);

}  // namespace groupring::redis

#endif  // GROUPRING_TESTS_REDIS_ADMIN_ADMIN_FIXTURE_H_
