#include "autograd/kernels/additive.h"

#include <algorithm>
#include <cstdint>

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/ops.h"
#include "autograd/rows.h"

namespace autograd {
namespace {

using kernels::Vec;

constexpr std::int64_t grain = 4096;  // hyperbolic tangents

// Rows where x's gradient gathers, zeros or what is there already; those of a
// temporary where `apart` is set or x's own are not dense.
struct GatheringRows {
  GatheringRows(const Tensor& x, bool apart) : x(x) {
    const RowLayout layout(x.shape(), x.strides());
    if (apart || !x.requires_grad() || !layout.regular ||
        (layout.stride == 0 && layout.count > 1)) {
      temporary = Tensor::zeros(x.shape());
      rows = result_rows(temporary);
      return;
    }
    const auto slot = add_to(x);
    rows = {slot.data, layout.stride};
    if (slot.accumulate) return;
    for (std::int64_t i = 0; i < layout.count; ++i)
      std::fill_n(rows[i], layout.width, Real(0));
  }

  // Adds the temporary to the gradient, if there are both.
  void finish() {
    if (!temporary.defined()) return;
    if (auto slot = add_to(x))
      add_into(
          slot, [](Vec dx) { return dx; }, values(temporary));
  }

  const Tensor& x;
  Tensor temporary;
  kernels::Rows<Real> rows;
};

// x [..., N, A] for the leading axes given, as [their product, N, A].
Tensor as_sentences(const Tensor& x, const Shape& leading) {
  Shape shape = leading;
  for (int axis : {-2, -1}) shape.push_back(x.size(axis));
  return reshape(expand(x, shape), {static_cast<int>(element_count(leading)),
                                    x.size(-2), x.size(-1)});
}

// The axes before the last two, broadcast.
Shape leading_axes(const Tensor& a, const Tensor& b) {
  auto front = [](const Tensor& x) {
    return x.shape().erased(x.rank() - 1).erased(x.rank() - 2);
  };
  return broadcast_shapes("additive_score", front(a), front(b));
}

}  // namespace

//   e_ts = v . h_ts,  h_ts = tanh(q_t + k_s)        Bahdanau et al. 2015, A.1.2
//   g_ts = de_ts v (1 - h_ts^2)
//   dq_t = sum_s g_ts,  dk_s = sum_t g_ts,  dv = sum_ts de_ts h_ts
// Backward computes h again, and only where de is not 0. It sums over s, then
// t, then sentences, in ascending order.
Tensor additive_score(const Tensor& query, const Tensor& keys,
                      const Tensor& v) {
  if (query.rank() > 3 && keys.rank() > 3) {
    Shape shape = leading_axes(query, keys);
    const Tensor e = additive_score(as_sentences(query, shape),
                                    as_sentences(keys, shape), v);
    for (int axis : {1, 2}) shape.push_back(e.size(axis));
    return reshape(e, shape);
  }
  check(query.rank() == 3 && keys.rank() == 3 && v.rank() == 1 &&
            query.size(0) == keys.size(0) && query.size(2) == v.size(0) &&
            keys.size(2) == v.size(0),
        "[additive_score] wanted query [B, T, A], keys [B, S, A] and v [A], ",
        "got ", query.shape(), ", ", keys.shape(), " and ", v.shape());
  const std::int64_t B = query.size(0), T = query.size(1), S = keys.size(1),
                     A = v.size(0);
  const Tensor dense_v = contiguous(v);
  Tensor e = Tensor::empty(Shape{query.size(0), query.size(1), keys.size(1)});
  Counter::count_multiply_adds("additive_score", B * T * S * A);
  {
    const RowsOf q(query), k(keys);
    Real* out = mutable_values(e).data;
    kernels::parallel_for(B * T * S, grain / std::max<std::int64_t>(A, 1) + 1,
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t i = begin; i < end; ++i)
                              out[i] = kernels::additive_score(
                                  A, q.rows[i / S],
                                  k.rows[i / (T * S) * S + i % S],
                                  dense_v.data());
                          });
  }
  return record(
      "additive_score", e, {query, keys, dense_v},
      [B, T, S, A](const Tensor& e, const Inputs& in) {
        const RowsOf q(in[0]), k(in[1]);
        const bool same = in[0].node() == in[1].node();
        GatheringRows dq(in[0], same), dk(in[1], same);
        Tensor dv = Tensor::zeros({static_cast<int>(B), in[2].size(0)});
        Real* dv_of_sentence = mutable_values(dv).data;  // [B, A]
        const Real *de = gradient(e).data, *v = in[2].data();
        kernels::parallel_for(
            B, grain / std::max<std::int64_t>(T * S * A, 1) + 1,
            [&](std::int64_t begin, std::int64_t end) {
              for (std::int64_t i = begin * T * S; i < end * T * S; ++i) {
                const std::int64_t b = i / (T * S), t = i / S,
                                   s = b * S + i % S;
                if (de[i] != 0)
                  kernels::add_additive_gradients(
                      A, de[i], q.rows[t], k.rows[s], v, dq.rows[t], dk.rows[s],
                      dv_of_sentence + b * A);
              }
            });
        dq.finish();
        dk.finish();
        if (auto slot = add_to(expand(in[2], dv.shape())))
          add_into(
              slot, [](Vec dv) { return dv; }, values(dv));
        Counter::count_multiply_adds("additive_score", B * T * S * A);
      });
}

}  // namespace autograd
