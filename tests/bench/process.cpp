#include "tests/bench/process.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "autograd/kernels/parallel.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("[process] " + what);
}

// Starts a shell's command with these as standard input and output, which are
// closed here; -1: as they are.
pid_t start(const std::string& command, int input, int output) {
  const pid_t id = fork();
  if (id < 0) fail("cannot start " + command);
  if (id == 0) {
    if (input >= 0) dup2(input, STDIN_FILENO);
    if (output >= 0) dup2(output, STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
    _exit(127);
  }
  if (input >= 0) close(input);
  if (output >= 0) close(output);
  return id;
}

}  // namespace

Process::Process(const std::string& command) : command_(command) {
  signal(SIGPIPE, SIG_IGN);  // a peer that has ended is an error, not the end
  int in[2], out[2];
  if (pipe(in) != 0 || pipe(out) != 0) fail("no pipe");
  for (int end : {in[0], in[1], out[0], out[1]})
    fcntl(end, F_SETFD, FD_CLOEXEC);
  id_ = start(command, in[0], out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
}

Process::~Process() {
  fclose(to_);
  fclose(from_);
  waitpid(id_, nullptr, 0);
}

std::string Process::ask(const std::string& line) {
  std::fprintf(to_, "%s\n", line.c_str());
  std::fflush(to_);
  std::string answer;
  int c;
  while ((c = std::fgetc(from_)) != '\n') {
    if (c == EOF) fail("has ended: " + command_);
    answer.push_back(static_cast<char>(c));
  }
  return answer;
}

void run_to_end(const std::string& command) {
  const pid_t id = start(command, -1, open("/dev/null", O_WRONLY | O_CLOEXEC));
  int status = -1;
  if (waitpid(id, &status, 0) != id || status != 0) fail("failed: " + command);
}

Cases process_cases(const std::string& program) {
  return {{.name = "tom_tiny",
           .setup = [=]() -> Run {
             const std::string command = program +
                                         " --once tom_steps --threads " +
                                         std::to_string(autograd::threads());
             return [=] { run_to_end(command); };
           },
           .goal = {.seconds = 0.050}}};
}

}  // namespace bench
