// The gates of recurrent cells, a step in one op. gi and gh [B, gates H] are
// what the input and the state send to the gates; gates lie side by side.
#include "autograd/graph.h"
#include "autograd/kernels/gates.h"
#include "autograd/ops.h"
#include "autograd/walk.h"

namespace autograd {

using namespace kernels;

namespace {

void check_gates(const char* op, int gates, const Tensor& gi, const Tensor& gh,
                 const Tensor& state) {
  check(state.rank() == 2, "[", op, "] wanted a state [B, H], got ",
        state.shape());
  const Shape wanted{state.size(0), gates * state.size(1)};
  check(gi.shape() == wanted && gh.shape() == wanted, "[", op,
        "] wanted gates of shape ", wanted, " for a state ", state.shape(),
        ", got ", gi.shape(), " and ", gh.shape());
}

// The k-th block of `width` columns.
template <class Window>
Window gate(Window window, int k, int width) {
  window.data += k * width * window.strides[1];
  window.shape[1] = width;
  return window;
}

// Values that backward needs: several [B, H], one after another.
struct Kept {
  Storage storage;
  Shape shape;

  Kept(int count, const Shape& shape)
      : storage(static_cast<std::size_t>(count * element_count(shape)) *
                sizeof(Real)),
        shape(shape) {}
  template <class T = const Real>
  View<T> at(int k) const {
    return {storage.as<Real>() + k * element_count(shape), shape,
            dense_strides(shape)};
  }
};

constexpr auto sigmoid_of_sum = [](Vec a, Vec b) { return sigmoid(a + b); };

}  // namespace

Tensor gru_gates(const Tensor& gi, const Tensor& gh, const Tensor& h) {
  check_gates("gru_gates", 3, gi, gh, h);
  const int H = h.size(1);
  const Kept kept(3, h.shape());  // r, z, n
  for (int k : {0, 1})
    map_into(kept.at<Real>(k), sigmoid_of_sum, gate(values(gi), k, H),
             gate(values(gh), k, H));
  map_into(kept.at<Real>(2), gru::candidate, gate(values(gi), 2, H), kept.at(0),
           gate(values(gh), 2, H));
  Tensor y = Tensor::empty(h.shape());
  map_into(mutable_values(y), gru::next, kept.at(1), kept.at(2), values(h));
  return record(
      "gru_gates", y, {gi, gh, h}, [=](const Tensor& y, const Inputs& in) {
        const auto r = kept.at(0), z = kept.at(1), n = kept.at(2);
        const auto dy = gradient(y), h = values(in[2]);
        const auto gh_n = gate(values(in[1]), 2, H);
        for (int i : {0, 1}) {
          const auto d = add_to(in[i]);
          if (!d) continue;
          add_into(
              gate(d, 0, H),
              [](Vec dy, Vec r, Vec z, Vec n, Vec gh_n) {
                return gru::d_reset(gru::d_candidate(dy, z, n), gh_n, r);
              },
              dy, r, z, n, gh_n);
          add_into(gate(d, 1, H), gru::d_update, dy, h, n, z);
          if (i == 0)
            add_into(gate(d, 2, H), gru::d_candidate, dy, z, n);
          else
            add_into(
                gate(d, 2, H),
                [](Vec dy, Vec r, Vec z, Vec n) {
                  return gru::d_candidate(dy, z, n) * r;
                },
                dy, r, z, n);
        }
        if (const auto dh = add_to(in[2]))
          add_into(
              dh, [](Vec dy, Vec z) { return dy * z; }, dy, z);
      });
}

Tensor lstm_gates(const Tensor& gi, const Tensor& gh, const Tensor& c) {
  check_gates("lstm_gates", 4, gi, gh, c);
  const int H = c.size(1);
  const Kept kept(5, c.shape());  // i, f, g, o, t
  for (int k : {0, 1, 3})
    map_into(kept.at<Real>(k), sigmoid_of_sum, gate(values(gi), k, H),
             gate(values(gh), k, H));
  map_into(
      kept.at<Real>(2), [](Vec a, Vec b) { return tanh(a + b); },
      gate(values(gi), 2, H), gate(values(gh), 2, H));
  Tensor y = Tensor::empty({2, c.size(0), H});
  Tensor next_h = select(y, 0, 0), next_c = select(y, 0, 1);
  map_into(mutable_values(next_c), lstm::cell, kept.at(0), kept.at(1),
           kept.at(2), values(c));
  map_into(
      kept.at<Real>(4), [](Vec c) { return tanh(c); }, values(next_c));
  map_into(
      mutable_values(next_h), [](Vec o, Vec t) { return o * t; }, kept.at(3),
      kept.at(4));
  return record(
      "lstm_gates", y, {gi, gh, c}, [=](const Tensor& y, const Inputs& in) {
        const auto i = kept.at(0), f = kept.at(1), g = kept.at(2),
                   o = kept.at(3), t = kept.at(4);
        const auto dh = gradient(select(y, 0, 0)),
                   dc = gradient(select(y, 0, 1));
        const auto c = values(in[2]);
        const Kept reaching(1, c.shape);
        map_into(reaching.at<Real>(0), lstm::d_cell, dh, dc, o, t);
        const auto e = reaching.at(0);
        const auto through_sigmoid = [](Vec e, Vec factor, Vec s) {
          return e * factor * d_sigmoid(s);
        };
        for (int k : {0, 1}) {
          const auto d = add_to(in[k]);
          if (!d) continue;
          add_into(gate(d, 0, H), through_sigmoid, e, g, i);
          add_into(gate(d, 1, H), through_sigmoid, e, c, f);
          add_into(
              gate(d, 2, H),
              [](Vec e, Vec i, Vec g) { return e * i * d_tanh(g); }, e, i, g);
          add_into(gate(d, 3, H), through_sigmoid, dh, t, o);
        }
        if (const auto d = add_to(in[2]))
          add_into(
              d, [](Vec e, Vec f) { return e * f; }, e, f);
      });
}

}  // namespace autograd
