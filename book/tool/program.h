// What programs print: sections, named values, figures, and the kept results
// of runs that are too long for every check.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "book/tool/text.h"

namespace weave {

// Runs programs, each command once.
class Programs {
 public:
  // `folder` has the programs; one that takes longer than `seconds` is killed
  // (0: never).
  Programs(fs::path folder, unsigned seconds);
  ~Programs();
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  // What the command (a program's name and its arguments) prints. Throws
  // std::runtime_error if it cannot be run or fails.
  const std::string& output(const std::string& command);

  // What the file `name` holds after the command has run with --figures DIR.
  std::string figure(const std::string& command, const std::string& name);

  // All files of DIR after such a run, by name, and its output.
  std::map<std::string, std::string> figures(const std::string& command,
                                             std::string* printed = nullptr);

 private:
  std::string run(const std::string& command,
                  const std::vector<std::string>& more) const;

  fs::path folder_, scratch_;
  unsigned seconds_;
  std::map<std::string, std::string> outputs_;
  std::map<std::string, std::map<std::string, std::string>> figures_;
};

// The lines below "== name ==" up to the next such line, without empty lines
// at both ends; with an empty name, all lines.
Lines section(const std::string& output, const std::string& name);

// What follows "name = " on a line of the output; "section / name" looks in
// one section. Throws if there is none, or if there are two that differ.
std::string value(const std::string& output, const std::string& name);

// book/results/NAME.txt: a header of "key: value" lines, "---", and what the
// program printed.
//   command   what to run; names its seed with --seed
//   seed      that seed
//   version   of the project when it ran
//   replay    the bits of the losses of the first 20 steps or more, as the
//             command prints them with --replay
//   body      the digest of what was printed
//   figure    the name of a figure and its digest, a line each; where there
//             is one, the program runs with --figures DIR
struct Result {
  fs::path path;
  std::string command, seed, version, replay, body;
  std::map<std::string, std::string> figures;  // name -> digest
  std::string output;
  int replay_line = 1, body_line = 1;
};

// Throws std::runtime_error where the file is not as it should be.
Result read_result(const fs::path& path);

// Runs the command of a result file again and writes the file anew, and its
// figures into `folder`.
void renew_result(const fs::path& path, const std::string& version,
                  Programs& programs, const fs::path& folder);

// The words that the command prints with --replay, checked for their form.
std::string replay(const std::string& command, Programs& programs);

}  // namespace weave
