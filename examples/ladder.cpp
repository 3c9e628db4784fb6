// How fast is each rung of the ladder from three loops to the library's matrix
// product? (That all give the same bits is shown by fast.cpp.)
#include "autograd/kernels/ladder.h"

#include <algorithm>
#include <chrono>

#include "autograd/kernels/parallel.h"
#include "autograd/random.h"
#include "autograd/tensor.h"
#include "nn/flags.h"
#include "nn/plot.h"
#include "nn/report.h"
#include "nn/text.h"

#ifdef ATTENTION_OPENBLAS
#include <cblas.h>
#endif

using namespace autograd;
namespace ladder = autograd::kernels::ladder;

namespace {

struct Rung {
  std::string name;
  decltype(&ladder::naive) product;
};

#ifdef ATTENTION_OPENBLAS
const char* const last_rung = "OpenBLAS";
#else
const char* const last_rung = "the library's";
#endif

void use_threads(int n) {
  set_threads(n);
#ifdef ATTENTION_OPENBLAS
  openblas_set_num_threads(n);
#endif
}

const std::vector<Rung> rungs = {
    {"naive", ladder::naive},           {"reordered", ladder::reordered},
    {"blocked", ladder::blocked},       {"vectorised", ladder::vectorised},
    {"packed", ladder::packed},         {"threaded", ladder::threaded},
    {last_rung, ladder::of_the_library}};
const std::size_t patient = 3;  // rungs that take seconds for 1024 x 1024

struct Settings {
  double seconds = 0.5;
  std::uint64_t seed = 1;
  std::string figures{};
  bool last = false, replay = false;
};

struct Square {
  int n;
  Tensor a, b, c;

  Square(int n, std::uint64_t seed) : n(n), c(Tensor::zeros({n, n})) {
    Rng rng(seed);
    a = Tensor::uniform({n, n}, -1, 1, rng);
    b = Tensor::uniform({n, n}, -1, 1, rng);
  }
  void multiply(const Rung& rung) {
    rung.product(n, n, n, {a.data(), n}, {b.data(), n}, {c.write(), n});
  }
};

// Billions of operations a second: the median of five calls or more.
double speed(const Rung& rung, Square& square, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  square.multiply(rung);
  std::vector<double> times;
  for (const auto start = Clock::now();
       times.size() < 5 || since(start) < seconds;) {
    const auto before = Clock::now();
    square.multiply(rung);
    times.push_back(since(before));
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2,
                   times.end());
  const double n = square.n;
  return 2e-9 * n * n * n / times[times.size() / 2];
}

std::string column(const std::string& text) {
  return std::string(text.size() < 10 ? 10 - text.size() : 1, ' ') + text;
}

// The bits of products of twenty sizes, the same by all rungs but the last,
// which may be another library's.
void replay(std::uint64_t seed) {
  for (int n = 8; n <= 160; n += 8) {
    Square square(n, seed);
    std::string bits;
    for (std::size_t r = 0; r + 1 < rungs.size(); ++r) {
      square.multiply(rungs[r]);
      const std::string now = nn::bits(square.c);
      if (r > 0 && now != bits)
        throw std::runtime_error(rungs[r].name + " has other bits");
      bits = now;
    }
    std::cout << bits << '\n';
  }
}

void measure(const Settings& s) {
  Square small(512, s.seed), large(1024, s.seed);
  const int all = threads();
  nn::Bars chart;
  chart.title = "The ladder: billions of operations a second";
  chart.y.name = "billions of operations a second";
  chart.series = {{"one thread", {}}, {"all threads", {}}};
  chart.decimals = 0;
  nn::section("speeds");
  std::cout << "                512 x 512           1024 x 1024\n"
               "               1 thread       all  1 thread       all\n";
  for (std::size_t r = s.last ? rungs.size() - 1 : 0; r < rungs.size(); ++r) {
    std::cout << rungs[r].name << std::string(13 - rungs[r].name.size(), ' ');
    chart.groups.push_back(rungs[r].name);
    for (Square* square : {&small, &large})
      for (std::size_t i = 0; i < 2; ++i) {
        if (square == &large && r < patient) continue;
        use_threads(i == 0 ? 1 : all);
        const double found = speed(rungs[r], *square, s.seconds);
        std::cout << column(nn::significant(found, 2 + (found >= 100)))
                  << std::flush;
        if (square == &small) chart.series[i].values.push_back(found);
      }
    std::cout << '\n';
  }
  use_threads(all);
  if (!s.figures.empty())
    nn::figure(s.figures, "ladder.svg", nn::svg_bars(chart));
}

}  // namespace

int main(int argc, char** argv) {
  Settings s;
  nn::Flags flags("[flags]",
                  "How fast each way to multiply matrices is on this machine.");
  flags.add("seconds", &s.seconds, "of each measurement, about");
  flags.add("seed", &s.seed, "of the matrices' numbers");
  flags.add("last", &s.last, "measure the last rung only");
  flags.add("replay", &s.replay, "print the bits of products only");
  flags.add("figures", &s.figures, "write a picture to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    if (!(s.seconds >= 0 && s.seconds <= 60))
      throw nn::UsageError("--seconds wants 0 to 60");
    s.replay ? replay(s.seed) : measure(s);
  });
}
