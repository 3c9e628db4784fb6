#include "autograd/kernels/finish.h"

#include "autograd/kernels/for_lanes.h"

namespace autograd::kernels {
namespace {

// Calls f(i, n, drop) for elements [i, i + n), in parallel.
template <class F>
void each(std::int64_t size, const Finish& finish, const F& f) {
  constexpr std::int64_t grain = 1024 * lanes;
  if (finish.dropout == 0)
    return parallel_for(size, grain, [&](std::int64_t begin, std::int64_t end) {
      for_lanes(end - begin, [&](std::int64_t k, auto n) {
        f(begin + k, n, [](Vec v) { return v; });
      });
    });
  const Vec scale = 1 / (1 - finish.dropout), limit = finish.dropout * 16777216;
  const auto vectors = [=, seed = finish.seed]<int count>(
                           Vec(&u)[count], std::int64_t i, auto n) {
    uniform_24(seed, static_cast<std::uint64_t>(i), u);
    for (int k = 0; k < count; ++k, i += lanes)
      f(i, n, [&](Vec v) { return select(u[k] < limit, Vec(0), v * scale); });
  };
  constexpr int count = 8;
  parallel_for(size, grain, [=](std::int64_t begin, std::int64_t end) {
    Vec many[count], one[1];
    std::int64_t i = begin;
    for (; i + count * lanes <= end; i += count * lanes)
      vectors(many, i, Whole{});
    for_lanes(end - i, [&](std::int64_t k, auto n) { vectors(one, i + k, n); });
  });
}

}  // namespace

void finish(std::int64_t size, const Finish& finish, const Real* x, Real* y,
            bool accumulate) {
  each(size, finish,
       [=, relu = finish.relu, residual = finish.residual](
           std::int64_t i, auto n, const auto& drop) {
         Vec v = load(x + i, n);
         if (relu) v = max(Vec(0), v);
         v = drop(v);
         if (residual) v = load(residual + i, n) + v;
         put(y + i, v, n, accumulate);
       });
}

void finish_backward(std::int64_t size, const Finish& finish, const Real* y,
                     const Real* dy, Real* dx, bool accumulate) {
  each(size, finish,
       [=, relu = finish.relu](std::int64_t i, auto n, const auto& drop) {
         Vec v = drop(load(dy + i, n));
         if (relu) v = v * select(load(y + i, n) > Vec(0), Vec(1), Vec(0));
         put(dx + i, v, n, accumulate);
       });
}

}  // namespace autograd::kernels
