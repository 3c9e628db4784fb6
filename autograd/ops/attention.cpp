#include "autograd/kernels/attention.h"

#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

// Multiply-adds that are worth a thread; queries that share a copy of the keys.
constexpr std::int64_t grain = 1 << 17;
constexpr int chunk = 448;

// What forward and backward need beside the operands.
struct Streaming {
  Real scale, dropout;
  std::uint64_t seed;
  int first;
  std::vector<Real> slopes;
  std::vector<int> lengths;
  int before, after;
  int B, H, G, T, S, D, E;
  Storage logsumexp;  // [B, H, T]

  int heads() const { return H / G; }

  // The queries of sentence b that read head g. `x`: query, keys, values and
  // perhaps a pattern; y: what is made, dense [B, T, H, E].
  template <class Operands_>
  kernels::Attention group(const Operands_& x, bool has_pattern, Real* y, int b,
                           int g) const {
    const auto row = [b](const Tensor& x, int head) {
      return x.data() + b * x.strides()[0] + head * x.strides()[1];
    };
    const auto b_at = std::ptrdiff_t(b);
    const int h = g * heads();
    kernels::Rows<const Real> visible{nullptr, 0};
    if (has_pattern) {
      const Tensor& p = x[3];
      visible = {p.data() + (p.size(0) > 1 ? b * p.strides()[0] : 0),
                 p.size(1) > 1 ? p.strides()[1] : 0};
    }
    return {heads(),
            T,
            lengths.empty() ? S : lengths[std::size_t(b)],
            D,
            E,
            {row(x[0], h), x[0].strides()[1], x[0].strides()[2]},
            {row(x[1], g), x[1].strides()[2]},
            {row(x[2], g), x[2].strides()[2]},
            {y + (b_at * T * H + h) * E, E, std::ptrdiff_t(H) * E},
            {logsumexp.as<Real>() + (b_at * H + h) * T, T, 1},
            scale,
            before,
            after,
            visible,
            slopes.empty() ? nullptr : slopes.data() + h,
            first,
            dropout,
            seed,
            static_cast<std::uint64_t>((b_at * H + h) * T) * S,
            static_cast<std::uint64_t>(S)};
  }

  // Queries and the keys that they see, all heads, but for the pattern.
  std::int64_t pairs() const {
    std::int64_t count = 0;
    kernels::Attention x{};
    x.before = before;
    x.after = after;
    for (int b = 0; b < B; ++b) {
      x.keys = lengths.empty() ? S : lengths[std::size_t(b)];
      for (int t = 0; t < T; ++t)
        count += std::max(0, x.seen(t).end - x.seen(t).begin);
    }
    return count * H;
  }
};

// Where the gradient of an operand gathers, [B, heads, rows, width]: in place,
// or apart where several threads would meet.
struct Gathering {
  Gathering(const Tensor& x, bool apart) : x(x) {
    if (!x.requires_grad()) return;
    if (apart) temporary = Tensor::zeros(x.shape());
    view = apart ? mutable_values(temporary) : partial_add_to(x);
  }
  void finish() {
    if (temporary.defined())
      add_into(
          add_to(x), [](kernels::Vec dx) { return dx; }, values(temporary));
  }
  Real* head(int b, int h) const {
    return view.data ? view.data + b * view.strides[0] + h * view.strides[1]
                     : nullptr;
  }

  const Tensor& x;
  Tensor temporary;
  View<Real> view;
};

// True where each operand's windows are columns of their own in the rows of a
// shared Node, as those of queries, keys and values made by one product.
bool side_by_side(const Tensor& a, const Tensor& b) {
  const std::ptrdiff_t row = a.strides()[2];
  const auto within = [&](const Tensor& x) {
    return x.strides()[2] == row && x.strides()[0] % row == 0 &&
           x.offset() % row + x.strides()[1] * (x.size(1) - 1) + x.size(3) <=
               row;
  };
  const auto ends_before = [&](const Tensor& a, const Tensor& b) {
    return a.offset() % row + a.strides()[1] * (a.size(1) - 1) + a.size(3) <=
           b.offset() % row;
  };
  return row > 0 && within(a) && within(b) &&
         (ends_before(a, b) || ends_before(b, a));
}

bool gathers_apart(const Inputs& in, int i) {
  for (int axis = 0; axis < 4; ++axis)
    if (in[i].strides()[axis] == 0 && in[i].shape()[axis] > 1) return true;
  for (int j = 0; j < 3; ++j)
    if (j != i && in[j].node() == in[i].node() && !side_by_side(in[i], in[j]))
      return true;
  return false;
}

void check_operands(const Tensor& query, const Tensor& keys,
                    const Tensor& values, const Visible& visible,
                    const AttentionOptions& options) {
  check(query.rank() == 4 && keys.rank() == 4 && values.rank() == 4 &&
            query.size(0) == keys.size(0) && query.size(3) == keys.size(3) &&
            keys.size(1) >= 1 && query.size(1) % keys.size(1) == 0 &&
            keys.shape().with(3, values.size(3)) == values.shape(),
        "[attention] wanted query [B, H, T, D], keys [B, G, S, D] and values ",
        "[B, G, S, E] where G divides H, got ", query.shape(), ", ",
        keys.shape(), " and ", values.shape());
  check(options.slopes.empty() ||
            static_cast<int>(options.slopes.size()) == query.size(1),
        "[attention] wanted a slope for each of ", query.size(1),
        " heads, got ", options.slopes.size());
  check(options.dropout >= 0 && options.dropout < 1,
        "[attention] wanted dropout in [0, 1), got ", options.dropout);
  visible.check_fits("attention", query.size(0), query.size(2), keys.size(2));
}

// Rows that are contiguous.
Tensor with_rows(const Tensor& x) {
  return x.strides()[x.rank() - 1] == 1 || x.shape().back() <= 1
             ? x
             : contiguous(x);
}

}  // namespace

//   e = scale q k' - slope |first + t - s|    y = alpha v,  alpha = softmax(e)
//   dv = alpha' dy    de = alpha (dy v' - <dy, y>)    dq = scale de k
//   dk = scale de' q                               Dao et al. 2022, appendix B
// Backward computes alpha again, from the logarithms of the sums that forward
// keeps. Dropping weights changes nothing but the place of alpha in y and dv,
// and of dy v' where it came through.
Tensor attention(const Tensor& query, const Tensor& keys, const Tensor& values,
                 const Visible& visible, const AttentionOptions& options) {
  check_operands(query, keys, values, visible, options);
  std::vector<Tensor> x = {with_rows(query), with_rows(keys),
                           with_rows(values)};
  const bool has_pattern = visible.pattern.defined();
  if (has_pattern) x.push_back(with_rows(visible.pattern.detach()));
  Streaming streaming;
  streaming.scale = options.scale;
  streaming.dropout = options.rng ? options.dropout : 0;
  streaming.seed = streaming.dropout > 0 ? options.rng->bits() : 0;
  streaming.first = options.first;
  streaming.slopes = options.slopes;
  streaming.lengths = visible.lengths;
  streaming.before = visible.before;
  streaming.after = visible.after;
  const int B = streaming.B = query.size(0), H = streaming.H = query.size(1),
            T = streaming.T = query.size(2), S = streaming.S = keys.size(2),
            D = streaming.D = query.size(3), E = streaming.E = values.size(3),
            G = streaming.G = keys.size(1);
  streaming.logsumexp = Storage(sizeof(Real) * B * H * T);

  Tensor y = Tensor::empty({B, T, H, E});
  Real* to = mutable_values(y).data;
  const int chunks = (T + chunk - 1) / chunk;
  const std::int64_t work =
      std::int64_t(H / G) * std::min(T, chunk) * S * (D + E) + 1;
  kernels::parallel_for(
      std::int64_t(B) * G * chunks, grain / work + 1,
      [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          const int head = static_cast<int>(i / chunks);
          const int t = static_cast<int>(i % chunks) * chunk;
          kernels::attention(
              streaming.group(x, has_pattern, to, head / G, head % G), t,
              std::min(T, t + chunk));
        }
      });
  const std::int64_t pairs = streaming.pairs();
  Counter::count_multiply_adds("attention", pairs * (D + E));

  y = record(
      "attention", y, std::span<const Tensor>(x),
      [=](const Tensor& y, const Inputs& in) {
        const int G = streaming.G, heads = streaming.heads();
        Gathering d[] = {{in[0], gathers_apart(in, 0)},
                         {in[1], gathers_apart(in, 1)},
                         {in[2], gathers_apart(in, 2)}};
        const View<const Real> dy = gradient(y);
        Real* const result = const_cast<Real*>(y.data());
        kernels::parallel_for(
            std::int64_t(streaming.B) * G, grain / (2 * work * chunks + 1) + 1,
            [&](std::int64_t begin, std::int64_t end) {
              for (std::int64_t i = begin; i < end; ++i) {
                const int b = static_cast<int>(i / G),
                          g = static_cast<int>(i % G);
                kernels::attention_backward(
                    streaming.group(in, has_pattern, result, b, g),
                    {{dy.data + b * dy.strides[0] + g * heads * dy.strides[2],
                      dy.strides[2], dy.strides[1]},
                     {d[0].head(b, g * heads), d[0].view.strides[1],
                      d[0].view.strides[2]},
                     {d[1].head(b, g), d[1].view.strides[2]},
                     {d[2].head(b, g), d[2].view.strides[2]}});
              }
            });
        for (Gathering& gathering : d) gathering.finish();
        Counter::count_multiply_adds(
            "attention", pairs * (3 * streaming.D + 2 * streaming.E));
      });
  return transpose(y, 1, 2);
}

}  // namespace autograd
