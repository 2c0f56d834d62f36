#include "cairn/app/command_line.h"
#include "cairn/runtime/posix_files.h"

int main(int argc, char** argv) {
  cairn::keep_standard_streams();
  cairn::PosixFiles files;
  return cairn::app::run_command_line(files, argc, argv);
}
