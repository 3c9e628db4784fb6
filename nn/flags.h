// Command-line flags of the programs.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace nn {

// A flag or an operand that a program does not understand.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Flags as `--name value` or `--name=value`; a bool is `--name` alone. The
// value of a flag not given stays as it was, and --help shows it as default.
class Flags {
 public:
  // `usage` follows the program's name, as "train FILE [flags]".
  Flags(std::string usage, std::string about)
      : usage_(std::move(usage)), about_(std::move(about)) {}

  using Target =
      std::variant<bool*, int*, std::uint64_t*, double*, std::string*>;
  void add(const std::string& name, Target target, const std::string& help);

  // Sets the targets and returns the operands, the words that are no flags.
  // `--` ends the flags. Throws UsageError for an unknown flag, a missing or
  // a malformed value, or a number out of range; nothing is set then.
  std::vector<std::string> parse(const std::vector<std::string>& words);

  bool help_wanted() const { return help_wanted_; }
  std::string help(const std::string& program) const;

 private:
  struct Flag {
    std::string name;
    Target target;
    std::string help;
  };
  const Flag& find(const std::string& name) const;

  std::string usage_, about_;
  std::vector<Flag> flags_;
  bool help_wanted_ = false;
};

// The frame of every program: parses, prints --help, runs `body` with the
// operands. Exit code 0, 1 with `program: error` on standard error for an
// exception, 2 for a UsageError.
int run_program(
    int argc, char** argv, Flags& flags,
    const std::function<void(const std::vector<std::string>&)>& body);

// The same for a program that takes flags only.
int run_program(int argc, char** argv, Flags& flags,
                const std::function<void()>& body);

}  // namespace nn
