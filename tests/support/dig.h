// dig, as an operator would use it.
#ifndef GROUPRING_TESTS_SUPPORT_DIG_H_
#define GROUPRING_TESTS_SUPPORT_DIG_H_

#include <cstdint>
#include <string>
#include <vector>

namespace groupring::testing {

// Runs `dig @127.0.0.1 -p PORT ARGUMENTS...` and returns what it prints.
// Throws std::runtime_error when it gets no reply.
std::string Dig(uint16_t port, const std::vector<std::string>& arguments);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_DIG_H_
