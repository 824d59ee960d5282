#include "backend/program/command_line.h"

int main(int argc, char** argv) {
  return groupring::backend::RunCommandLine(argc, argv);
}
