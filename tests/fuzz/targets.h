// What is fuzzed: one function per parser of outside bytes.
//
// Each takes any bytes at all and aborts, by Check, if a property that it
// states does not hold. libFuzzer calls it (libfuzzer_driver.cc), and so does
// the normal test run with every seed in corpus/ (replay_test.cc).
#ifndef GROUPRING_TESTS_FUZZ_TARGETS_H_
#define GROUPRING_TESTS_FUZZ_TARGETS_H_

#include <string_view>

namespace groupring::fuzz {

void FuzzAddresses(std::string_view bytes);
void FuzzAffinity(std::string_view bytes);
void FuzzCapturedQuery(std::string_view bytes);
void FuzzCheckSettings(std::string_view bytes);
void FuzzClientLines(std::string_view bytes);
void FuzzDoctor(std::string_view bytes);
void FuzzEmbedded(std::string_view bytes);
void FuzzFtpPassive(std::string_view bytes);
void FuzzFtpReply(std::string_view bytes);
void FuzzHttpSession(std::string_view bytes);
void FuzzHttpStatus(std::string_view bytes);
void FuzzLineSession(std::string_view bytes);
void FuzzRedisValues(std::string_view bytes);
void FuzzRemoteHttp(std::string_view bytes);
void FuzzRemoteJson(std::string_view bytes);
void FuzzSettings(std::string_view bytes);
void FuzzStateFile(std::string_view bytes);

}  // namespace groupring::fuzz

#endif  // GROUPRING_TESTS_FUZZ_TARGETS_H_
