// Every seed, and every finding of the fuzzers, again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/targets.h"
#include "tests/support/catch.h"

namespace groupring::fuzz {
namespace {

void Replay(const std::string& target, void (*function)(std::string_view)) {
  std::vector<std::filesystem::path> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(FUZZ_CORPUS) / target)) {
    seeds.push_back(entry.path());
  }
  std::sort(seeds.begin(), seeds.end());
  REQUIRE(seeds.size() >= 3);
  for (const std::filesystem::path& seed : seeds) {
    INFO(seed);
    std::ifstream in(seed, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    REQUIRE(in);
    function(bytes.str());
    SUCCEED();
  }
  function({});
}

TEST_CASE("seeds of addresses hold their properties") {
  Replay("addresses", &FuzzAddresses);
}
TEST_CASE("seeds of affinity hold their properties") {
  Replay("affinity", &FuzzAffinity);
}
TEST_CASE("seeds of check_settings hold their properties") {
  Replay("check_settings", &FuzzCheckSettings);
}
TEST_CASE("seeds of captured_query hold their properties") {
  Replay("captured_query", &FuzzCapturedQuery);
}
TEST_CASE("seeds of client_lines hold their properties") {
  Replay("client_lines", &FuzzClientLines);
}
TEST_CASE("seeds of doctor hold their properties") {
  Replay("doctor", &FuzzDoctor);
}
TEST_CASE("seeds of embedded hold their properties") {
  Replay("embedded", &FuzzEmbedded);
}
TEST_CASE("seeds of ftp_passive hold their properties") {
  Replay("ftp_passive", &FuzzFtpPassive);
}
TEST_CASE("seeds of ftp_reply hold their properties") {
  Replay("ftp_reply", &FuzzFtpReply);
}
TEST_CASE("seeds of http_session hold their properties") {
  Replay("http_session", &FuzzHttpSession);
}
TEST_CASE("seeds of http_status hold their properties") {
  Replay("http_status", &FuzzHttpStatus);
}
TEST_CASE("seeds of line_session hold their properties") {
  Replay("line_session", &FuzzLineSession);
}
TEST_CASE("seeds of redis_values hold their properties") {
  Replay("redis_values", &FuzzRedisValues);
}
TEST_CASE("seeds of remote_http hold their properties") {
  Replay("remote_http", &FuzzRemoteHttp);
}
TEST_CASE("seeds of remote_json hold their properties") {
  Replay("remote_json", &FuzzRemoteJson);
}
TEST_CASE("seeds of settings hold their properties") {
  Replay("settings", &FuzzSettings);
}
TEST_CASE("seeds of state_file hold their properties") {
  Replay("state_file", &FuzzStateFile);
}

}  // namespace
}  // namespace groupring::fuzz
