#include "backend/doctor/pdnsutil.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// What is said of `launch`, or nothing.
std::string Says(const std::string& launch, const std::string& version) {
  const auto finding =
      CheckPdnsutil(ParsePdnsSettings("launch=" + launch), version, "PowerDNS");
  if (!finding) return "";
  CHECK(finding->severity == Severity::kInfo);
  CHECK_FALSE(finding->advice.empty());
  return finding->message;
}

TEST_CASE("pdnsutil: backends that it cannot load from 5.1 on are named") {
  CHECK(Says("bind,remote", "5.1.5\n").starts_with("launch=bind,remote: "));
  CHECK(Says("bind,remote", "5.1.5\n").find("the backend bind is launched") !=
        std::string::npos);
  CHECK(Says("gsqlite3, lua2:ours", "5.1.0-rc1").find("backend lua2") !=
        std::string::npos);
  CHECK_FALSE(Says("lua2", "6.0.0").empty());
}

TEST_CASE("pdnsutil: nothing is said where it works, or nobody knows") {
  CHECK(Says("bind,remote", "4.9.18").empty());
  CHECK(Says("bind,lua2", "5.0.9").empty());
  CHECK(Says("remote,gsqlite3", "5.1.5").empty());
  CHECK(Says("binder,remote:bind", "5.1.5").empty());
  CHECK(Says("bind,remote", "").empty());
  CHECK(Says("bind,remote", "Fatal error: cannot connect").empty());
  CHECK_FALSE(CheckPdnsutil({}, "5.1.5", "PowerDNS"));
}

}  // namespace
}  // namespace groupring::backend
