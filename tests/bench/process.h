// Other programs, run and talked to.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <string>

namespace bench {

// A program that a shell starts and that answers lines with lines.
class Process {
 public:
  explicit Process(const std::string& command);
  ~Process();  // ends its input and waits for its end
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The answer without its end of line. Throws std::runtime_error where the
  // program has ended.
  std::string ask(const std::string& line);

 private:
  std::string command_;
  pid_t id_;
  FILE *to_, *from_;
};

// Runs a shell's command to its end, its output thrown away. Throws
// std::runtime_error where it fails.
void run_to_end(const std::string& command);

}  // namespace bench
