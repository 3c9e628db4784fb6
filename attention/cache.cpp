#include "attention/cache.h"

#include <algorithm>

#include "autograd/check.h"
#include "autograd/graph.h"

namespace attention {

using autograd::check;
using autograd::slice;

namespace {

// Room for so many tokens, those so far kept: [R, G, capacity, D].
Tensor with_room(const Tensor& held, int length, int capacity,
                 const Tensor& next) {
  Tensor result = Tensor::zeros(next.shape().with(2, capacity));
  if (length > 0)
    slice(result, 2, 0, length).copy_from(slice(held, 2, 0, length));
  return result;
}

void append_to(Tensor& held, int length, const Tensor& next) {
  const int wanted = length + next.size(2);
  const int capacity = held.defined() ? held.size(2) : 0;
  if (!held.defined() || wanted > capacity)
    held = with_room(held, length, std::max({wanted, 2 * capacity, 16}), next);
  check(held.shape().with(2, 0) == next.shape().with(2, 0),
        "[Cache] wanted tokens like those before, [R, G, *, D] of ",
        held.shape(), ", got ", next.shape());
  slice(held, 2, length, wanted).copy_from(next);
}

// Rows of [R, G, capacity, D], chosen.
Tensor rows(const Tensor& held, const nn::Indices& from) {
  const int R = held.size(0);
  const nn::Indices flat({static_cast<int>(from.size())},
                         {from.begin(), from.end()});
  return reshape(autograd::embedding(reshape(held, {R, -1}), flat),
                 held.shape().with(0, static_cast<int>(from.size())));
}

}  // namespace

Heads Cache::append(const Heads& next) {
  check(!autograd::recording(),
        "[Cache] wanted to be used under NoGrad: no gradient flows through it");
  check(next.keys.rank() == 4 && next.values.rank() == 4 &&
            next.keys.size(2) == next.values.size(2),
        "[Cache] wanted keys and values [R, G, T, *], got ", next.keys.shape(),
        " and ", next.values.shape());
  append_to(keys, length, next.keys);
  append_to(values, length, next.values);
  length += next.keys.size(2);
  return {slice(keys, 2, 0, length), slice(values, 2, 0, length)};
}

void Cache::reorder(const nn::Indices& from) {
  check(keys.defined(), "[Cache] nothing is cached yet, nothing to reorder");
  const autograd::NoGrad no_grad;
  keys = rows(keys, from);
  values = rows(values, from);
}

}  // namespace attention
