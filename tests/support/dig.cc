#include "tests/support/dig.h"

#include <stdexcept>

#include "tests/support/process.h"

namespace groupring::testing {

std::string Dig(uint16_t port, const std::vector<std::string>& arguments) {
  // -r: the user who runs the tests may have a ~/.digrc.
  std::vector<std::string> argv = {
      "dig",      "-r",      "@127.0.0.1", "-p", std::to_string(port),
      "+tries=3", "+time=20"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const CommandResult result = RunCommand(argv);
  if (result.status != 0) {
    throw std::runtime_error("dig: " + result.output + result.errors);
  }
  return result.output;
}

}  // namespace groupring::testing
