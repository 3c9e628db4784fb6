// OpenBLAS answers for the matrix products. Its threads: OPENBLAS_NUM_THREADS.
#include <cblas.h>

#include <cstdio>
#include <memory>

#include "tests/bench/serve.h"

namespace {

struct Product {
  char a, b;  // N, or T: transposed
  int batch, m, n, k;
};

// gemm_NT_MxNxK or gemm_NT_b64_MxNxK; false for any other name.
bool parse(const std::string& name, Product& p) {
  p.batch = 1;
  return std::sscanf(name.c_str(), "gemm_%c%c_b%d_%dx%dx%d", &p.a, &p.b,
                     &p.batch, &p.m, &p.n, &p.k) == 6 ||
         std::sscanf(name.c_str(), "gemm_%c%c_%dx%dx%d", &p.a, &p.b, &p.m, &p.n,
                     &p.k) == 5;
}

using Block = std::shared_ptr<float[]>;

// Numbers in [-1, 1), on a page of their own.
Block random(std::size_t count) {
  constexpr std::align_val_t page{4096};
  float* data = new (page) float[count];
  unsigned state = 1;
  for (std::size_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    data[i] = static_cast<float>(state >> 8) / (1 << 23) - 1;
  }
  return {data, [](float* p) { ::operator delete[](p, page); }};
}

bench::Run find(const std::string& name) {
  Product p;
  if (!parse(name, p)) return {};
  const std::size_t a_size = std::size_t(p.m) * p.k,
                    b_size = std::size_t(p.k) * p.n,
                    c_size = std::size_t(p.m) * p.n;
  return [=, a = random(p.batch * a_size), b = random(p.batch * b_size),
          c = random(p.batch * c_size)] {
    for (int i = 0; i < p.batch; ++i)
      cblas_sgemm(CblasRowMajor, p.a == 'T' ? CblasTrans : CblasNoTrans,
                  p.b == 'T' ? CblasTrans : CblasNoTrans, p.m, p.n, p.k, 1,
                  a.get() + i * a_size, p.a == 'T' ? p.m : p.k,
                  b.get() + i * b_size, p.b == 'T' ? p.k : p.n, 0,
                  c.get() + i * c_size, p.n);
  };
}

}  // namespace

int main() { bench::serve(find); }
