// Matrix products, C = op(A) op(B), and the ladder that leads to them.
#include "autograd/kernels/gemm.h"

#include "autograd/graph.h"
#include "autograd/kernels/ladder.h"
#include "autograd/ops.h"
#include "tests/bench/bench.h"

namespace bench {
namespace {

using autograd::kernels::Matrix;

struct Product {
  bool a_transposed, b_transposed;
  int m, n, k, batch;

  Shape a() const {
    return a_transposed ? Shape{batch, k, m} : Shape{batch, m, k};
  }
  Shape b() const {
    return b_transposed ? Shape{batch, n, k} : Shape{batch, k, n};
  }
};

Run one(const Product& p) {
  Tensor c = Tensor::zeros({p.m, p.n});
  return [p, a = random(p.a(), 1), b = random(p.b(), 2), c]() mutable {
    const auto matrix = [](const Tensor& x, bool transposed) {
      const Matrix<const Real> rows{x.data(), x.size(2), 1};
      return transposed ? rows.transposed() : rows;
    };
    autograd::kernels::gemm(p.m, p.n, p.k, matrix(a, p.a_transposed),
                            matrix(b, p.b_transposed), {c.write(), p.n, 1},
                            false);
  };
}

Run batched(const Product& p) {
  return [p, a = random(p.a(), 1), b = random(p.b(), 2)] {
    const autograd::NoGrad no_grad;
    keep(matmul(p.a_transposed ? transpose(a) : a,
                p.b_transposed ? transpose(b) : b));
  };
}

void add(Cases& cases, const char* form, int m, int n, int k, int batch = 1) {
  const Product p{form[0] == 'T', form[1] == 'T', m, n, k, batch};
  std::string name = "gemm_" + std::string(form) + '_';
  if (batch > 1) name += 'b' + std::to_string(batch) + '_';
  name += std::to_string(m) + 'x' + std::to_string(n) + 'x' + std::to_string(k);
  const bool tiny = m * n * k < 32 * 32 * 32;
  cases.push_back({.name = name,
                   .setup = [=] { return batch > 1 ? batched(p) : one(p); },
                   .goal = tiny ? Goal{} : Goal{0.95, 0.95},
                   .flops = 2.0 * m * n * k * batch});
}

// A rung of the ladder from three loops to gemm, on squares.
void add_rung(Cases& cases, const std::string& name, int n,
              decltype(&autograd::kernels::ladder::naive) product) {
  const auto setup = [=]() -> Run {
    return [=, a = random({n, n}, 1), b = random({n, n}, 2),
            c = Tensor::zeros({n, n})]() mutable {
      product(n, n, n, {a.data(), n}, {b.data(), n}, {c.write(), n});
    };
  };
  cases.push_back({.name = "ladder_" + name + '_' + std::to_string(n),
                   .setup = setup,
                   .flops = 2.0 * n * n * n});
}

// Packing pays where rows lie far apart: the last rungs also on 1024.
void add_ladder(Cases& cases) {
  namespace ladder = autograd::kernels::ladder;
  add_rung(cases, "naive", 512, ladder::naive);
  add_rung(cases, "reordered", 512, ladder::reordered);
  add_rung(cases, "blocked", 512, ladder::blocked);
  for (int n : {512, 1024}) {
    add_rung(cases, "vectorised", n, ladder::vectorised);
    add_rung(cases, "packed", n, ladder::packed);
    add_rung(cases, "threaded", n, ladder::threaded);
    add_rung(cases, "library", n, ladder::of_the_library);
  }
}

}  // namespace

Cases gemm_cases() {
  constexpr int squares[] = {16, 32, 64, 128, 256, 512, 1024, 2048};
  constexpr int shapes[][3] = {
      {1, 512, 512},   {8, 512, 512},    {32, 1024, 256},   {64, 1536, 512},
      {960, 256, 256}, {2048, 768, 256}, {2048, 512, 2048}, {1024, 32000, 512}};
  constexpr int batches[][3] = {
      {64, 64, 32}, {64, 32, 64}, {128, 128, 64}, {128, 64, 128}};
  Cases cases;
  add_ladder(cases);
  for (const char* form : {"NN", "NT", "TN"}) {
    for (int n : squares) add(cases, form, n, n, n);
    for (const auto& [m, n, k] : shapes) add(cases, form, m, n, k);
    for (const auto& [m, n, k] : batches) add(cases, form, m, n, k, 64);
  }
  return cases;
}

}  // namespace bench
