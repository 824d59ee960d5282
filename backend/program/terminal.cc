#include "backend/program/terminal.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>

#include "absl/strings/str_replace.h"
#include "backend/program/console.h"

namespace groupring::backend {
namespace {

// ECMA-48: to the top left corner; to the end of the line, of the screen.
constexpr const char* kHome = "\033[H";
constexpr const char* kClearLine = "\033[K\n";
constexpr const char* kClearRest = "\033[J";

}  // namespace

Keyboard::Keyboard() {
  if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
  termios single = before_;
  single.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  is_terminal_ = tcsetattr(STDIN_FILENO, TCSANOW, &single) == 0;
}

void Keyboard::Restore() {
  if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  is_terminal_ = false;
}

int Keyboard::fd() const { return is_terminal_ ? STDIN_FILENO : -1; }

bool Keyboard::WantsToEnd() {
  pollfd waited{fd(), POLLIN, 0};
  while (is_terminal_ && poll(&waited, 1, 0) > 0) {
    std::array<char, 64> keys;
    const ssize_t count = read(STDIN_FILENO, keys.data(), keys.size());
    if (count <= 0) {
      Restore();  // the terminal is gone
      return false;
    }
    for (ssize_t i = 0; i < count; ++i) {
      const char key = keys[static_cast<size_t>(i)];
      if (key == 'q' || key == 'Q') return true;
    }
  }
  return false;
}

void TerminalPicture::Show(const std::string& text) {
  if (text == shown_) return;
  shown_ = text;
  Print(kHome + absl::StrReplaceAll(text, {{"\n", kClearLine}}) + kClearRest);
}

// As the signal would have, had it not been taken.
[[noreturn]] void EndBy(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal);
  _exit(128 + signal);
}

}  // namespace groupring::backend
