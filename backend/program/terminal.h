// A terminal on which a command shows one screen until a key or a signal ends
// it.
#ifndef GROUPRING_BACKEND_PROGRAM_TERMINAL_H_
#define GROUPRING_BACKEND_PROGRAM_TERMINAL_H_

#include <termios.h>

#include <string>

namespace groupring::backend {

// Keys count when they are pressed and are not shown, as long as this lives.
class Keyboard {
 public:
  Keyboard();
  ~Keyboard() { Restore(); }
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  void Restore();

  // -1: there is none.
  int fd() const;

  // Whether one of the keys pressed since the last time ends the command.
  bool WantsToEnd();

 private:
  termios before_{};
  bool is_terminal_ = false;
};

// What stands on the screen.
class TerminalPicture {
 public:
  // In place of what stood there; nothing is written where that is the same.
  void Show(const std::string& text);

 private:
  std::string shown_;
};

// As the signal would have, had it not been taken.
[[noreturn]] void EndBy(int signal);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_TERMINAL_H_
