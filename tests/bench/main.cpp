// Measures the library. See `make bench` and its kin.
#include <iostream>
#include <thread>

#include "autograd/kernels/parallel.h"
#include "autograd/memory.h"
#include "nn/flags.h"
#include "tests/bench/driver.h"

namespace bench {

Tensor random(const Shape& shape, std::uint64_t seed) {
  Rng rng(seed);
  return Tensor::uniform(shape, -1, 1, rng);
}

Tensor random_leaf(const Shape& shape, std::uint64_t seed) {
  return random(shape, seed).requires_grad(true);
}

void keep(Real x) {
  volatile Real read = x;
  static_cast<void>(read);
}

namespace {

Cases all_cases(const std::string& program) {
  Cases all;
  for (const Cases& family :
       {peak_cases(), gemm_cases(), elementwise_cases(), rows_cases(),
        attention_cases(), optimizer_cases(), conv_cases(), recurrent_cases(),
        seq2seq_cases(), transformer_cases(), gpt_cases(), graph_cases(),
        process_cases(program)})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

// Sets a case up; empty where there is none of that name.
Run find(const Cases& cases, const std::string& name) {
  for (const Case& c : cases)
    if (c.name == name) return c.setup();
  return {};
}

// Bytes taken from the system, and calls for more since the first time.
void add_memory_use(std::ostream* answer) {
  static std::int64_t calls_at_first = 0;
  const autograd::MemoryUse use = autograd::memory_use();
  if (!answer)
    calls_at_first = use.system_calls;
  else
    *answer << " held " << use.system_bytes << " calls "
            << use.system_calls - calls_at_first;
}

// "name=command"
Peer peer_from(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw nn::UsageError("wanted PEER=COMMAND, got \"" + word + '"');
  return {word.substr(0, equals), word.substr(equals + 1)};
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  const Cases cases = all_cases(argv[0]);
  Plan plan;
  int threads = 0, rounds = 0, passes = 0;
  std::string once;
  bool serving = false;
  nn::Flags flags("[PEER=COMMAND...] [flags]",
                  "Measures the library, each case in a process of its own, "
                  "and, turn by turn, the\nsame cases in peers: programs that "
                  "answer on standard output, see\ntests/bench/serve.h. "
                  "{threads} in a command stands for their number.");
  flags.add("case", &plan.only, "only cases with this in their names");
  flags.add("threads", &threads, "threads; 0: one, then one a core");
  flags.add("seconds", &plan.seconds, "time of one round of a case");
  flags.add("rounds", &rounds, "rounds in a row; 0: 1, with peers 7");
  flags.add("passes", &passes, "over all cases; 0: 5, with peers 1");
  flags.add("against", &plan.saved, "a former output to hold this one against");
  flags.add("once", &once, "run this one case once, and print nothing");
  flags.add("serve", &serving, "answer on standard input and output");
  return nn::run_program(argc, argv, flags, [&](const auto& words) {
    if (threads > 0) autograd::set_threads(threads);
    if (!once.empty()) {
      const Run run = find(cases, once);
      if (!run) throw nn::UsageError("there is no case " + once);
      return run();
    }
    if (serving) {
      return serve([&](const auto& name) { return find(cases, name); },
                   add_memory_use);
    }
    plan.peers = {
        {"ours", std::string(argv[0]) + " --serve --threads {threads}"}};
    for (const std::string& word : words) plan.peers.push_back(peer_from(word));
    plan.rounds = rounds > 0 ? rounds : words.empty() ? 1 : 7;
    plan.passes = passes > 0 ? passes : words.empty() ? 5 : 1;
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    plan.threads = {threads > 0 ? threads : 1};
    if (threads == 0 && cores > 1) plan.threads.push_back(cores);
    measure(cases, plan);
  });
}
