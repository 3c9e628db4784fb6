#include "autograd/kernels/attention.h"

#include "autograd/kernels/attention_tile.h"
#include "autograd/kernels/scratch.h"

namespace autograd::kernels {
namespace {

// Parts of one thread's memory.
class Room {
 public:
  explicit Room(std::size_t size) {
    static thread_local Scratch scratch;
    next_ = scratch.at_least(size + parts * lanes);
  }
  Real* take(std::size_t size) {
    return std::exchange(next_, next_ + (size + lanes - 1) / lanes * lanes);
  }

 private:
  static constexpr int parts = 16;
  Real* next_;
};

bool hides(const Attention& x) {
  return x.pattern.data || x.before < x.queries || x.after < x.keys;
}

// Softmax of the block's scores as far as they are known: makes them
// exp(e - m), m the largest so far, and what was summed before fits the new m.
// logsumexp holds m meanwhile.
void forward_rows(const Block& block, Real* scores, HeadRows<Real> sums) {
  const Attention& x = block.x;
  for (int i = 0; i < block.rows; ++i) {
    Real* s = scores + i * score_row;
    const int h = block.head_of(i), t = block.query_of(i), n = block.columns();
    if (block.partial || x.slopes) finish_scores(block, i, s);
    Real &largest = *x.logsumexp(h, t), &total = *sums(h, t);
    const Real before = largest, here = row_max(n, s);
    largest = before > here ? before : here;
    const Real shift = largest == -infinity ? Real(0) : largest;
    const Real added =
        row_exp(n, s, shift, s,
                [&](std::int64_t j, Vec e, auto n) { store(s + j, e, n); });
    if (x.dropout > 0) {
      const Dropping drop(block, i);
      for_lanes(n, [&](std::int64_t j, auto n) {
        Vec e = load(s + j, n);
        drop(j, e);
        store(s + j, e, n);
      });
    }
    if (before == -infinity) {
      total = added;
    } else if (before == shift) {
      total += added;
    } else {
      const Real less = first(exp(Vec(before - shift)));
      total = total * less + added;
      Real* y = x.y(h, t);
      for_lanes(x.value_width, [&](std::int64_t j, auto n) {
        store(y + j, load(y + j, n) * Vec(less), n);
      });
    }
  }
}

// y / sum, and the logarithm of the sum.
void finish_row(const Attention& x, int h, int t, Real total) {
  Real &lse = *x.logsumexp(h, t), *y = x.y(h, t);
  if (lse == -infinity) total = 0;
  const Vec scale = total == 0 ? Real(0) : 1 / total;
  for_lanes(x.value_width, [&](std::int64_t j, auto n) {
    store(y + j, load(y + j, n) * scale, n);
  });
  lse = total == 0 ? -infinity : lse + first(log(Vec(total)));
}

}  // namespace

void attention(const Attention& x, int begin, int end) {
  const int count = end - begin, D = x.width, E = x.value_width;
  Room room(key_block * (D + whole_tiles(E)) + query_block * whole_tiles(D) +
            query_block * score_row + std::size_t(x.heads) * count);
  Real* keys = room.take(key_block * D);
  Copy values{room.take(key_block * whole_tiles(E)), E};
  Copy query{room.take(query_block * whole_tiles(D)), D};
  Real* scores = room.take(query_block * score_row);
  const HeadRows<Real> sums{room.take(std::size_t(x.heads) * count) - begin,
                            count, 1};
  for (int h = 0; h < x.heads; ++h)
    for (int t = begin; t < end; ++t) {
      *x.logsumexp(h, t) = -infinity;
      *sums(h, t) = 0;
      std::fill_n(x.y(h, t), E, Real(0));
    }
  // Keys and values that are read once are read where they lie.
  const bool direct = count == 1 && !x.pattern.data;
  const int last = x.seen(end - 1).end;
  for (int k = x.seen(begin).begin / key_block * key_block; k < last;
       k += key_block) {
    const int size = std::min(key_block, last - k);
    if (!direct) {
      pack_transposed(x.key, k, size, D, keys);
      values.take(
          size, [&](int i) { return x.value[k + i]; }, 1, hides(x));
    }
    each_block(x, begin, end, k, [&](const Block& block) {
      const auto from = [&](int i) {
        return x.query(block.head_of(i), block.query_of(i));
      };
      query.take(block.rows, from, x.scale, false);
      const int hidden = block.begin - block.base;
      Real* weights = scores + hidden;
      Real* y = x.y(block.head, block.query);
      const std::ptrdiff_t y_row = block.across ? x.y.head : x.y.row;
      if (direct) {
        gemm(block.rows, block.keys(), D, query.left(),
             {x.key[block.begin], 1, x.key.stride}, {weights, score_row, 1},
             false);
        forward_rows(block, scores, sums);
        gemm(block.rows, E, block.keys(), {weights, score_row, 1},
             {x.value[block.begin], x.value.stride, 1}, {y, y_row, 1}, true);
      } else {
        multiply(block.rows, block.columns(), D, query.left(),
                 {keys + std::ptrdiff_t(block.base - k) * D,
                  std::ptrdiff_t(D) * tile_columns, tile_columns},
                 scores, score_row, false);
        forward_rows(block, scores, sums);
        multiply_weights(block, false, {weights, score_row, 1}, values,
                         block.begin - k, y, y_row);
      }
    });
  }
  for (int h = 0; h < x.heads; ++h)
    for (int t = begin; t < end; ++t) finish_row(x, h, t, *sums(h, t));
}

namespace {

// From scores e and dy v': the weights and the gradient of the scores,
//   alpha = exp(e - logsumexp)    de = alpha (dalpha - <dy, y>)
void backward_rows(const Block& block, HeadRows<Real> dots, Real* scores,
                   Real* gradients) {
  const Attention& x = block.x;
  for (int i = 0; i < block.rows; ++i) {
    Real *s = scores + i * score_row, *d = gradients + i * score_row;
    const int h = block.head_of(i), t = block.query_of(i);
    if (block.partial || x.slopes) finish_scores(block, i, s);
    const Real lse = *x.logsumexp(h, t);
    const Vec shift = lse == -infinity ? Real(0) : lse, dot = *dots(h, t);
    const auto pass = [&](const auto& drop) {
      for_lanes(block.columns(), [&](std::int64_t j, auto n) {
        const Vec alpha = exp(load(s + j, n) - shift), zero = Real(0);
        Vec weight = alpha, dalpha = load(d + j, n);
        drop(j, weight, dalpha);
        store(s + j, weight, n);
        store(d + j, select(alpha == zero, zero, alpha * (dalpha - dot)), n);
      });
    };
    if (x.dropout > 0)
      pass(Dropping(block, i));
    else
      pass([](std::int64_t, Vec&, Vec&) {});
  }
}

// <dy, y> of each query.
void multiply_rows(const Attention& x, const AttentionGradients& d,
                   HeadRows<Real> dots) {
  for (int h = 0; h < x.heads; ++h)
    for (int t = 0; t < x.queries; ++t) {
      const Real *y = x.y(h, t), *dy = d.y(h, t);
      Vec dot = Real(0);
      for_lanes(x.value_width, [&](std::int64_t j, auto n) {
        dot = fma(load(dy + j, n), load(y + j, n), dot);
      });
      *dots(h, t) = sum(dot);
    }
}

// to += scale from, a row.
void add_row(int width, const Real* from, Real scale, Real* to) {
  for_lanes(width, [&](std::int64_t j, auto n) {
    store(to + j, fma(load(from + j, n), Vec(scale), load(to + j, n)), n);
  });
}

}  // namespace

//   dv_s += sum_t alpha_ts dy_t    dk_s += sum_t de_ts scale q_t
//   dq_t += scale sum_s de_ts k_s
// key block by key block, and in each all blocks of queries.
void attention_backward(const Attention& x, const AttentionGradients& d) {
  const int T = x.queries, D = x.width, E = x.value_width;
  const int wide_D = whole_tiles(D), wide_E = whole_tiles(E);
  const std::size_t rows = std::size_t(x.heads) * T;
  Room room(key_block * (D + E + 2 * wide_D + wide_E) +
            query_block * (wide_D + wide_E + 2 * score_row) +
            rows * (wide_D + 1));
  Real *keys = room.take(key_block * D), *values = room.take(key_block * E);
  Copy key{room.take(key_block * wide_D), D};
  Copy query{room.take(query_block * wide_D), D};
  Copy dy{room.take(query_block * wide_E), E};
  Real *scores = room.take(query_block * score_row),
       *gradients = room.take(query_block * score_row);
  Real *dkey = room.take(key_block * wide_D),
       *dvalue = room.take(key_block * wide_E);
  const HeadRows<Real> dquery{room.take(rows * wide_D),
                              std::ptrdiff_t(T) * wide_D, wide_D};
  const HeadRows<Real> dots{room.take(rows), T, 1};
  multiply_rows(x, d, dots);
  std::fill_n(dquery.data, rows * wide_D, Real(0));

  const int last = T > 0 ? x.seen(T - 1).end : 0;
  for (int k = T > 0 ? x.seen(0).begin / key_block * key_block : 0; k < last;
       k += key_block) {
    const int size = std::min(key_block, last - k);
    pack_transposed(x.key, k, size, D, keys);
    pack_transposed(x.value, k, size, E, values);
    key.take(
        size, [&](int i) { return x.key[k + i]; }, 1, hides(x));
    std::fill_n(dkey, size * wide_D, Real(0));
    std::fill_n(dvalue, size * wide_E, Real(0));
    each_block(x, 0, T, k, [&](const Block& block) {
      const auto row_of = [&](const auto& heads) {
        return
            [&](int i) { return heads(block.head_of(i), block.query_of(i)); };
      };
      query.take(block.rows, row_of(x.query), x.scale, hides(x));
      dy.take(block.rows, row_of(d.y), 1, hides(x));
      const std::ptrdiff_t base = block.base - k, begin = block.begin - k;
      multiply(
          block.rows, block.columns(), D, query.left(),
          {keys + base * D, std::ptrdiff_t(D) * tile_columns, tile_columns},
          scores, score_row, false);
      multiply(
          block.rows, block.columns(), E, dy.left(),
          {values + base * E, std::ptrdiff_t(E) * tile_columns, tile_columns},
          gradients, score_row, false);
      backward_rows(block, dots, scores, gradients);
      const Real* alpha = scores + (begin - base);
      const Real* de = gradients + (begin - base);
      if (d.value.data)
        multiply_weights(block, true, {alpha, 1, score_row}, dy, 0,
                         dvalue + begin * wide_E, wide_E);
      if (d.key.data)
        multiply_weights(block, true, {de, 1, score_row}, query, 0,
                         dkey + begin * wide_D, wide_D);
      if (d.query.data)
        multiply_weights(block, false, {de, score_row, 1}, key,
                         static_cast<int>(begin),
                         dquery(block.head, block.query),
                         block.across ? dquery.head : dquery.row);
    });
    for (int i = 0; i < size; ++i) {
      if (d.key.data) add_row(D, dkey + i * wide_D, 1, d.key[k + i]);
      if (d.value.data) add_row(E, dvalue + i * wide_E, 1, d.value[k + i]);
    }
  }
  if (d.query.data)
    for (int h = 0; h < x.heads; ++h)
      for (int t = 0; t < T; ++t)
        add_row(D, dquery(h, t), x.scale, d.query(h, t));
}

}  // namespace autograd::kernels
