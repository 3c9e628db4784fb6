// Does addressing save work? Multiply-adds of one read from a memory of N keys
// and values: of everything, of the best few, of the best, and of the best by
// an index.
#include <algorithm>
#include <numeric>

#include "attention/attention.h"
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "nn/flags.h"
#include "nn/metrics.h"
#include "nn/plot.h"
#include "nn/report.h"

using namespace autograd;
using namespace nn;

namespace {

constexpr int width = 64;

struct Work {
  std::int64_t multiply_adds;
  Tensor context;  // [D]
};

template <class F>
Work count(const F& read) {
  const Counter counter;
  Tensor context = read();
  return {counter.total().multiply_adds, context};
}

// ANCHOR: soft
Tensor soft(const Tensor& query, const Tensor& keys, const Tensor& values) {
  return matmul(softmax(matmul(keys, query)), values);
}
// ANCHOR_END: soft

// ANCHOR: top
// Only the k best are read.
Tensor top(int k, const Tensor& query, const Tensor& keys,
           const Tensor& values) {
  const Tensor scores = matmul(keys, query);  // [N]: all of them
  const std::vector<Real> e = scores.values();
  std::vector<int> best(e.size());
  std::iota(best.begin(), best.end(), 0);
  std::stable_sort(best.begin(), best.end(), [&](int a, int b) {
    return e[std::size_t(a)] > e[std::size_t(b)];
  });
  best.resize(std::size_t(k));
  const Indices chosen(best);
  return matmul(softmax(gather(scores, 0, chosen)), embedding(values, chosen));
}
// ANCHOR_END: top

// ANCHOR: index
// Keys that are all pairs of a first and a second half, root N of each: the
// best pair is the pair of the best (product keys, Lample et al. 2019).
Tensor indexed(const Tensor& query, const Tensor& first, const Tensor& second,
               const Tensor& values) {
  const std::vector<Tensor> q = split(query, 0, width / 2);
  const int i = argmax(matmul(first, q[0]))[0];
  const int j = argmax(matmul(second, q[1]))[0];
  return select(values, 0, i * second.size(0) + j);
}
// ANCHOR_END: index

// All pairs:   [R, D / 2], [R, D / 2]   to [R R, D]
Tensor all_pairs(const Tensor& first, const Tensor& second) {
  const int R = first.size(0), D = first.size(1);
  return reshape(concat({expand(unsqueeze(first, 1), {R, R, D}),
                         expand(unsqueeze(second, 0), {R, R, D})},
                        2),
                 {R * R, 2 * D});
}

struct Row {
  int N;
  Work soft, eight, one, index;
};

Row measure(int root, Rng& rng) {
  const Tensor first = Tensor::normal({root, width / 2}, 0, 1, rng);
  const Tensor second = Tensor::normal({root, width / 2}, 0, 1, rng);
  const Tensor keys = all_pairs(first, second);
  const Tensor values = Tensor::normal(keys.shape(), 0, 1, rng);
  const Tensor query = Tensor::normal({width}, 0, 1, rng);
  Row row{root * root, {}, {}, {}, {}};
  row.soft = count([&] { return soft(query, keys, values); });
  row.eight = count([&] { return top(8, query, keys, values); });
  row.one = count([&] { return top(1, query, keys, values); });
  row.index = count([&] { return indexed(query, first, second, values); });
  return row;
}

void print(const char* name, const std::vector<Row>& rows, Work Row::*part) {
  std::printf("%-16s", name);
  for (const Row& row : rows)
    std::printf("%12s", thousands((row.*part).multiply_adds).c_str());
  std::printf("\n");
  std::fflush(stdout);
}

void run(std::uint64_t seed, const std::string& figures) {
  Rng rng(seed);
  std::vector<Row> rows;
  for (const int root : {4, 8, 16, 32, 64}) rows.push_back(measure(root, rng));
  section("multiply-adds");
  std::printf("%-16s", "keys");
  for (const Row& row : rows) std::printf("%12s", thousands(row.N).c_str());
  std::printf("\n");
  print("soft, all", rows, &Row::soft);
  print("the best eight", rows, &Row::eight);
  print("hard, the best", rows, &Row::one);
  print("by an index", rows, &Row::index);
  const Row& last = rows.back();
  section("shares");
  const auto share = [&](const Work& work) {
    return fixed(double(work.multiply_adds) / double(last.soft.multiply_adds),
                 4);
  };
  number("the best eight", share(last.eight));
  number("hard", share(last.one));
  number("by an index", share(last.index));
  section("claims");
  bool half = true, all = true, same = true;
  for (const Row& row : rows) {
    const std::int64_t scores = std::int64_t{row.N} * width;
    half = half && row.soft.multiply_adds == 2 * scores;
    all = all && row.one.multiply_adds >= scores;
    same = same && row.one.context.values() == row.index.context.values();
  }
  claim(half, "half of soft attention's work is scores, half is reading");
  claim(all, "hard attention scores every key all the same");
  claim(same, "the index finds the same key");
  if (figures.empty()) return;
  Curves chart;
  chart.title = "Work of one read by the size of the memory";
  chart.x.name = "keys";
  chart.x.logarithmic = true;
  chart.y.name = "multiply-adds";
  chart.y.logarithmic = true;
  const std::vector<std::pair<std::string, Work Row::*>> parts = {
      {"soft", &Row::soft},
      {"best eight", &Row::eight},
      {"hard", &Row::one},
      {"index", &Row::index}};
  for (const auto& [name, part] : parts) {
    Curve curve{.name = name, .x = {}, .y = {}};
    for (const Row& row : rows) {
      curve.x.push_back(row.N);
      curve.y.push_back(double((row.*part).multiply_adds));
    }
    chart.curves.push_back(curve);
  }
  figure(figures, "addressing.svg", svg_curves(chart));
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::string figures;
  nn::Flags flags("[flags]",
                  "Counts the work of reading a memory in four ways.");
  flags.add("seed", &seed, "of keys, values and query");
  flags.add("figures", &figures, "write the picture to this folder");
  return nn::run_program(argc, argv, flags, [&] {
    const NoGrad no_grad;
    run(seed, figures);
  });
}
