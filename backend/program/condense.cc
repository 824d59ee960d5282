#include "backend/program/condense.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "backend/program/console.h"
#include "backend/program/local_node.h"
#include "backend/zones/static_names.h"

namespace groupring::backend {
namespace {

using std::chrono::steady_clock;

// A line on the terminal at standard error, which is written again a few times
// a second and removed at the end.
class ProgressLine {
 public:
  void Show(size_t read, size_t names) {
    const auto now = steady_clock::now();
    if (read >= names) {
      if (is_shown_) std::fputs("\r\x1b[K", stderr);
      is_shown_ = false;
    } else if (now >= next_) {
      next_ = now + kInterval;
      is_shown_ = true;
      std::fputs(absl::StrFormat("\rreading Redis: %d of %d names", read, names)
                     .c_str(),
                 stderr);
    }
    std::fflush(stderr);
  }

 private:
  static constexpr std::chrono::milliseconds kInterval{250};

  // A short reading shows nothing.
  steady_clock::time_point next_ = steady_clock::now() + kInterval;
  bool is_shown_ = false;
};

}  // namespace

redis::CondenseOptions HowToCondense(const CommandOptions& options) {
  redis::CondenseOptions condense;
  condense.ask = [options](int64_t generation) {
    return AskLocalNames(options, generation);
  };
  // Said once, however often a command reads.
  const auto said = std::make_shared<bool>(false);
  condense.not_told = [said](const absl::Status& why) {
    if (std::exchange(*said, true)) return;
    PrintProse(absl::StrFormat(
        "all names are read from Redis, which may take a while: %s\n",
        std::string(why.message())));
  };
  condense.static_names = StaticNamesOf;
  if (isatty(STDERR_FILENO) == 1) {
    const auto line = std::make_shared<ProgressLine>();
    condense.progress = [line](size_t read, size_t names) {
      line->Show(read, names);
    };
  }
  return condense;
}

}  // namespace groupring::backend
