// Measures cases, each in a process of its own, turn by turn with its peers,
// and prints `case<TAB>metric<TAB>value<TAB>unit`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/bench/bench.h"

namespace bench {

struct Peer {
  std::string name, command;  // a program that answers as serve.h says
};

struct Plan {
  std::string only;          // substring of the cases' names
  std::vector<int> threads;  // the counts to measure with
  int passes = 5;            // over all cases, in turn
  int rounds = 1;            // of a case in each pass, in turn with the peers
  double seconds = 0.1;      // of a round, for each
  std::vector<Peer> peers;   // ours is the first; {threads} in a command is
                             // filled in
  std::string saved;         // a former output to hold this one against
};

void measure(const Cases& cases, const Plan& plan);

}  // namespace bench
