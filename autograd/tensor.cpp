#include "autograd/tensor.h"

#include <algorithm>

#include "autograd/graph.h"
#include "autograd/used_rows.h"
#include "autograd/walk.h"

namespace autograd {
namespace {

std::size_t bytes_of(const Shape& shape) {
  constexpr std::int64_t most = std::int64_t{1} << 40;
  std::int64_t count = 1;
  for (int size : shape) {
    check(size >= 0, "[tensor] sizes must not be negative, got ", shape);
    check(!__builtin_mul_overflow(count, size, &count) && count <= most,
          "[tensor] wanted at most ", most, " elements, got shape ", shape);
  }
  return static_cast<std::size_t>(count) * sizeof(Real);
}

}  // namespace

Tensor::Tensor(Real value) { *this = full({}, value); }

Tensor::Tensor(const Tensor& other)
    : node_(other.node_),
      shape_(other.shape_),
      strides_(other.strides_),
      offset_(other.offset_) {
  if (node_) node_->count.fetch_add(1, std::memory_order_relaxed);
}

void Tensor::drop() { node_->drop(); }

Tensor Tensor::empty(const Shape& shape) {
  return Node::make(shape, Storage(bytes_of(shape)));
}

Tensor Tensor::full(const Shape& shape, Real value) {
  Tensor result = empty(shape);
  std::fill_n(result.node_->data.as<Real>(), result.size(), value);
  return result;
}

Tensor Tensor::zeros(const Shape& shape) { return full(shape, 0); }

Tensor Tensor::ones(const Shape& shape) { return full(shape, 1); }

Tensor Tensor::arange(int count) {
  Tensor result = empty({count});
  for (int i = 0; i < count; ++i)
    result.node_->data.as<Real>()[i] = static_cast<Real>(i);
  return result;
}

Tensor Tensor::from(const Shape& shape, const std::vector<Real>& values) {
  Tensor result = empty(shape);
  result.copy_from(values);
  return result;
}

Tensor Tensor::uniform(const Shape& shape, Real low, Real high, Rng& rng) {
  Tensor result = empty(shape);
  Real* data = result.node_->data.as<Real>();
  for (std::int64_t i = 0; i < result.size(); ++i)
    data[i] = rng.uniform(low, high);
  return result;
}

Tensor Tensor::normal(const Shape& shape, Real mean, Real deviation, Rng& rng) {
  Tensor result = empty(shape);
  Real* data = result.node_->data.as<Real>();
  for (std::int64_t i = 0; i < result.size(); ++i)
    data[i] = mean + deviation * rng.normal();
  return result;
}

bool Tensor::dense() const {
  std::ptrdiff_t expected = 1;
  for (int i = rank() - 1; i >= 0; --i) {
    if (shape_[i] != 1 && strides_[i] != expected) return false;
    expected *= shape_[i];
  }
  return true;
}

const Real* Tensor::data() const {
  check(defined(), "[data] wanted a tensor, got an empty handle");
  return node_->data.as<Real>() + offset_;
}

Real Tensor::item() const {
  check(defined() && size() == 1, "[item] wanted a tensor of one element, got ",
        "shape ", shape_);
  return *data();
}

std::ptrdiff_t Tensor::place(const char* what,
                             std::initializer_list<int> position) const {
  check(static_cast<int>(position.size()) == rank(), "[", what, "] shape ",
        shape_, " wants ", rank(), " indices, got ", position.size());
  std::ptrdiff_t place = 0;
  int axis = 0;
  for (int index : position) {
    check(0 <= index && index < shape_[axis], "[", what, "] index ", index,
          " is outside axis ", axis, " of shape ", shape_);
    place += index * strides_[axis++];
  }
  return place;
}

Real Tensor::at(std::initializer_list<int> position) const {
  return data()[place("at", position)];
}

std::vector<Real> Tensor::values() const {
  std::vector<Real> result(static_cast<std::size_t>(size()));
  if (!result.empty()) copy(autograd::values(*this), result.data());
  return result;
}

Real* Tensor::write() {
  check(defined(), "[write] wanted a tensor, got an empty handle");
  check(node_->leaf(), "[write] wanted a leaf to write into, got the result ",
        "of '", node_->op(), "', which is recorded; detach() or clone() it");
  for (int i = 0; i < rank(); ++i)
    check(strides_[i] != 0 || shape_[i] <= 1, "[write] axis ", i,
          " of this window is expanded: one element in many places");
  node_->data.bump_version();
  return node_->data.as<Real>() + offset_;
}

void Tensor::set(std::initializer_list<int> position, Real value) {
  const std::ptrdiff_t at = place("set", position);
  write()[at] = value;
}

void Tensor::fill(Real value) {
  map_into(
      View<Real>{write(), shape_, strides_}, [](kernels::Vec x) { return x; },
      View<const Real>{&value, shape_, Strides::filled(rank(), 0)});
}

void Tensor::copy_from(const Tensor& other) {
  check(other.defined() && other.shape_ == shape_, "[copy_from] wanted shape ",
        shape_, ", got ", other.shape_);
  const Tensor source = other.node_ == node_ ? other.clone() : other;
  map_into(
      View<Real>{write(), shape_, strides_}, [](kernels::Vec x) { return x; },
      autograd::values(source));
}

void Tensor::copy_from(const std::vector<Real>& values) {
  check(static_cast<std::int64_t>(values.size()) == size(),
        "[copy_from] shape ", shape_, " wants ", size(), " values, got ",
        values.size());
  if (values.empty()) return;
  map_into(
      View<Real>{write(), shape_, strides_}, [](kernels::Vec x) { return x; },
      View<const Real>{values.data(), shape_, dense_strides(shape_)});
}

bool Tensor::requires_grad() const { return node_ && node_->requires_grad; }

Tensor& Tensor::requires_grad(bool wanted) {
  check(defined() && node_->leaf(),
        "[requires_grad] wanted a leaf, got the result of '",
        defined() ? node_->op() : "nothing", "'");
  node_->requires_grad = wanted;
  return *this;
}

bool Tensor::has_grad() const { return node_ && node_->grad; }

Tensor Tensor::grad() const {
  check(has_grad(),
        "[grad] no gradient here: wanted a tensor that requires "
        "one, after backward()");
  for (int i = 0; i < rank(); ++i)
    check(strides_[i] != 0 || shape_[i] <= 1, "[grad] axis ", i,
          " of this window is expanded: its elements share one gradient");
  node_->forget_used_rows();
  Tensor whole = Node::make(node_->shape, node_->grad);
  return whole.window(shape_, strides_, offset_);
}

void Tensor::zero_grad() {
  check(defined(), "[zero_grad] wanted a tensor, got an empty handle");
  drop_gradient(*node_);
}

Tensor Tensor::detach() const {
  check(defined(), "[detach] wanted a tensor, got an empty handle");
  return Node::make(node_->shape, node_->data)
      .window(shape_, strides_, offset_);
}

Tensor Tensor::clone() const {
  Tensor result = empty(shape_);
  if (size() > 0) copy(autograd::values(*this), result.node_->data.as<Real>());
  return result;
}

Tensor Tensor::window(const Shape& shape, const Strides& strides,
                      std::ptrdiff_t offset) const {
  if (node_) node_->count.fetch_add(1, std::memory_order_relaxed);
  return Tensor(node_, shape, strides, offset);
}

}  // namespace autograd
