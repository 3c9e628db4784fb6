//   C = A B      dA = dC B'      dB = A' dC
// Each of the three is one product of windows, so each is one call.
#include "autograd/counter.h"
#include "autograd/graph.h"
#include "autograd/kernels/finish.h"
#include "autograd/kernels/gemm.h"
#include "autograd/kernels/parallel.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

using kernels::gemm;
using kernels::Matrix;

// A window as a factor: its last two axes, or these exchanged.
struct Factor {
  const View<const Real>& window;
  bool transposed = false;

  int columns() const { return window.shape[last() - transposed]; }
  std::ptrdiff_t row() const { return window.strides[last() - !transposed]; }
  std::ptrdiff_t column() const { return window.strides[last() - transposed]; }
  int last() const { return window.shape.rank() - 1; }
};

// A batch of products of one size: C [batch, m, n] += A [batch, m, k]
// B [batch, k, n], each operand with a stride for every batch axis.
class Product {
 public:
  Product(const Factor& a_factor, const Factor& b_factor, const View<Real>& c,
          bool accumulate)
      : a_(a_factor.window.data),
        b_(b_factor.window.data),
        c_(c.data),
        accumulate_(accumulate) {
    const View<const Real>&a = a_factor.window, &b = b_factor.window;
    const int rank = c.shape.rank();
    m_ = {c.shape[rank - 2], a_factor.row(), 0, c.strides[rank - 2]};
    n_ = {c.shape[rank - 1], 0, b_factor.column(), c.strides[rank - 1]};
    k_ = {a_factor.columns(), a_factor.column(), b_factor.row(), 0};
    for (int axis = rank - 3; axis >= 0; --axis)
      add({c.shape[axis], a.strides[axis], b.strides[axis], c.strides[axis]});
  }

  // Products that write to places of their own run side by side.
  void run() const {
    if (batch_count_ == 0 || batch_[0].c == 0)
      return each(batch_, 0, 0, 0, accumulate_);
    const Axis& outer = batch_[0];
    std::int64_t inner = std::int64_t{m_.size} * n_.size * k_.size + 1;
    for (int i = 1; i < batch_count_; ++i) inner *= batch_[i].size;
    kernels::parallel_for(outer.size, std::max<std::int64_t>(1, grain / inner),
                          [&](std::int64_t begin, std::int64_t end) {
                            for (std::int64_t i = begin; i < end; ++i)
                              each(batch_ + 1, i * outer.a, i * outer.b,
                                   i * outer.c, accumulate_);
                          });
  }

 private:
  static constexpr std::int64_t grain = 1 << 16;  // multiply-adds

  // An axis of the product: its size and its stride in A, B and C.
  struct Axis {
    int size;
    std::ptrdiff_t a, b, c;
  };

  // A batch axis that continues M, N or K becomes part of it: so a batch of
  // rows times one matrix is one product, and the gradient of that matrix is
  // one product with a long K.
  void add(const Axis& axis) {
    if (axis.size == 1) return;
    auto continues = [&](const Axis& inner) {
      return axis.a == inner.a * inner.size && axis.b == inner.b * inner.size &&
             axis.c == inner.c * inner.size;
    };
    if (batch_count_ == 0)
      for (Axis* inner : {&m_, &n_, &k_})
        if (continues(*inner)) {
          inner->size *= axis.size;
          return;
        }
    for (int i = batch_count_++; i > 0; --i) batch_[i] = batch_[i - 1];
    batch_[0] = axis;
  }

  // The products from one batch axis inwards.
  void each(const Axis* axis, std::ptrdiff_t a, std::ptrdiff_t b,
            std::ptrdiff_t c, bool accumulate) const {
    if (axis == batch_ + batch_count_) {
      gemm(m_.size, n_.size, k_.size, {a_ + a, m_.a, k_.a},
           {b_ + b, k_.b, n_.b}, {c_ + c, m_.c, n_.c}, accumulate);
      return;
    }
    for (int i = 0; i < axis->size; ++i)
      each(axis + 1, a + i * axis->a, b + i * axis->b, c + i * axis->c,
           accumulate || (axis->c == 0 && i > 0));
  }

  const Real *a_, *b_;
  Real* c_;
  bool accumulate_;
  Axis m_, n_, k_;
  Axis batch_[max_rank];
  int batch_count_ = 0;
};

void multiply(const char* op, const Factor& a, const Factor& b,
              const GradientSlot& c) {
  const std::int64_t size = element_count(c.shape);
  if (size == 0) return;
  if (c.shape.rank() == 2)
    gemm(c.shape[0], c.shape[1], a.columns(),
         {a.window.data, a.row(), a.column()},
         {b.window.data, b.row(), b.column()},
         {c.data, c.strides[0], c.strides[1]}, c.accumulate);
  else
    Product(a, b, c, c.accumulate).run();
  Counter::count_multiply_adds(op, size * a.columns());
}

// Adds the gradients of both operands of y = a b.
void add_products(const char* op, const View<const Real>& dy, const Tensor& a,
                  const Tensor& b) {
  if (auto da = add_to(a)) multiply(op, {dy}, {values(b), true}, da);
  if (auto db = add_to(b)) multiply(op, {values(a), true}, {dy}, db);
}

// A fresh result as the place to store a product, or to add one.
GradientSlot result_slot(Tensor& y, bool accumulate) {
  return {mutable_values(y), accumulate};
}

bool same_leading(const Tensor& a, const Tensor& b) {
  if (a.rank() != b.rank()) return false;
  for (int i = 0; i < a.rank() - 2; ++i)
    if (a.shape()[i] != b.shape()[i]) return false;
  return true;
}

Shape leading(const Tensor& x) {
  return Shape(std::span<const int>(x.shape().begin(),
                                    static_cast<std::size_t>(x.rank() - 2)));
}

Tensor with_leading(const Tensor& x, Shape shape) {
  shape.push_back(x.size(-2));
  shape.push_back(x.size(-1));
  return expand(x, shape);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  check(a.rank() >= 1 && b.rank() >= 1, "[matmul] wanted at least one axis ",
        "each, got ", a.shape(), " and ", b.shape());
  if (b.rank() == 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  if (a.rank() == 1) return squeeze(matmul(unsqueeze(a, 0), b), -2);
  check(a.size(-1) == b.size(-2), "[matmul] inner sizes differ: ", a.shape(),
        " and ", b.shape());
  if (!same_leading(a, b)) {
    const Shape batch = broadcast_shapes("matmul", leading(a), leading(b));
    return matmul(with_leading(a, batch), with_leading(b, batch));
  }
  Tensor y = Tensor::empty(a.shape().with(a.rank() - 1, b.size(-1)));
  multiply("matmul", {values(a)}, {values(b)}, result_slot(y, false));
  return record("matmul", std::move(y), {a, b},
                [](const Tensor& y, const Inputs& in) {
                  add_products("matmul", gradient(y), in[0], in[1]);
                });
}

namespace {

kernels::Finish checked_end(const LinearEnd& end, const Tensor& y) {
  check(end.dropout >= 0 && end.dropout < 1,
        "[linear] wanted dropout in [0, 1), got ", end.dropout);
  check(!end.relu || !end.residual.defined(),
        "[linear] wanted relu or a residual, got both");
  check(!end.residual.defined() || end.residual.shape() == y.shape(),
        "[linear] wanted a residual of shape ", y.shape(), ", got ",
        end.residual.shape());
  const bool drops = end.rng && end.dropout > 0;
  return {.relu = end.relu,
          .dropout = drops ? end.dropout : 0,
          .seed = drops ? end.rng->bits() : 0};
}

// The gradient of the product from that of y, what became of it: the same block
// where only a residual was added, else one that `memory` owns.
View<const Real> before_end(const kernels::Finish& end, const Tensor& y,
                            Storage& memory) {
  View<const Real> dy = gradient(y);
  if (!end.relu && end.dropout == 0) return dy;
  memory = Storage(static_cast<std::size_t>(y.size()) * sizeof(Real));
  kernels::finish_backward(y.size(), end, values(y).data, dy.data,
                           memory.as<Real>(), false);
  dy.data = memory.as<Real>();
  return dy;
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
              const LinearEnd& end) {
  check(weight.rank() == 2, "[linear] wanted a weight [out, in], got ",
        weight.shape());
  check(x.rank() >= 1 && x.size(-1) == weight.size(1),
        "[linear] inner sizes differ: x ", x.shape(), ", weight ",
        weight.shape());
  if (x.rank() == 1) {
    LinearEnd row = end;
    if (row.residual.defined()) row.residual = unsqueeze(row.residual, 0);
    return squeeze(linear(unsqueeze(x, 0), weight, bias, row), 0);
  }
  const bool biased = bias.defined(), added = end.residual.defined();
  check(!biased || bias.shape() == Shape{weight.size(0)},
        "[linear] wanted a bias of shape ", Shape{weight.size(0)}, ", got ",
        bias.shape());
  Tensor y = Tensor::empty(x.shape().with(x.rank() - 1, weight.size(0)));
  kernels::Finish finish = checked_end(end, y);
  const bool ends = finish.relu || finish.dropout > 0 || added;
  if (!biased && !ends) return matmul(x, transpose(weight));

  // In the order of plain ops, which decides when backward reaches them.
  Tensor operands[4];
  int count = 0;
  if (added) operands[count++] = contiguous(end.residual);
  operands[count++] = x;
  operands[count++] = with_leading(transpose(weight), leading(x));
  if (biased) operands[count++] = expand(bias, y.shape());

  auto same = [](kernels::Vec b) { return b; };
  if (biased) map_into(mutable_values(y), same, values(operands[count - 1]));
  multiply("linear", {values(x)}, {values(operands[added + 1])},
           result_slot(y, biased));
  if (added) finish.residual = operands[0].data();
  Real* const data = mutable_values(y).data;
  if (ends) kernels::finish(y.size(), finish, data, data, false);
  finish.residual = nullptr;
  return record(
      "linear", std::move(y), std::span<const Tensor>(operands, count),
      [finish, added, biased, same](const Tensor& y, const Inputs& in) {
        if (added)
          if (auto dr = add_to(in[0])) add_into(dr, same, gradient(y));
        Storage memory;
        const View<const Real> dz = before_end(finish, y, memory);
        add_products("linear", dz, in[added], in[added + 1]);
        if (biased)
          if (auto db = add_to(in[added + 2])) add_into(db, same, dz);
      });
}

}  // namespace autograd
