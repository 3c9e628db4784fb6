// Keeps the book true: code, printed output, numbers and figures in its pages
// are those of the sources and programs, or it says where they are not.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "book/tool/text.h"

namespace weave {

struct Options {
  fs::path root = ".";                 // of the repository
  fs::path programs = "build/latest";  // below root, or absolute
  std::vector<std::string> pages;      // from the root: book/01-tom-by-hand.md
  bool check = false;                  // change nothing
  bool strict = false;                 // a stale result is a fault
  unsigned seconds = 60;               // that a program may take
  std::string version = "unknown";     // written into renewed results
};

// Says what is wrong and where, a line each: "file:line: message".
class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}
  void fault(const std::string& file, std::size_t line,
             const std::string& message);
  void note(const std::string& file, std::size_t line,
            const std::string& message);
  // The lines in which two texts differ, "-" the old and "+" the new.
  void difference(const Lines& was, const Lines& is);
  int faults() const { return faults_; }

 private:
  std::ostream& out_;
  int faults_ = 0;
};

// Brings the pages up to date, then looks them over (lint.h). With an error in
// any marker no file is touched. Returns the number of faults; with `check`,
// whatever is not up to date is one.
int weave(const Options& options, std::ostream& out);

// Runs the commands of book/results/NAME.txt again, of all if no name is
// given, and writes results and figures anew. Returns the number of faults.
int renew_results(const Options& options, const std::vector<std::string>& names,
                  std::ostream& out);

}  // namespace weave
