// The formulas of recurrent cells and their derivatives, sixteen columns at a
// time. A derivative dx is that of the outcome by what stands in the brackets
// of x's nonlinearity.
#pragma once

#include "autograd/kernels/for_lanes.h"
#include "autograd/kernels/simd_math.h"

namespace autograd::kernels {

ATTENTION_INLINE Vec d_sigmoid(Vec y) { return y * (Vec(Real(1)) - y); }
ATTENTION_INLINE Vec d_tanh(Vec y) { return Vec(Real(1)) - y * y; }

//   r = sigmoid(gi_r + gh_r)      z = sigmoid(gi_z + gh_z)
//   n = tanh(gi_n + r gh_n)       y = (1 - z) n + z h
// and from dy:
//   dn = dy (1 - z) (1 - n^2)     dz = dy (h - n) z (1 - z)
//   dr = dn gh_n r (1 - r)        dh = dy z
//   dgi = [dr, dz, dn]            dgh = [dr, dz, dn r]
namespace gru {

ATTENTION_INLINE Vec candidate(Vec gi_n, Vec r, Vec gh_n) {
  return tanh(fma(r, gh_n, gi_n));
}
ATTENTION_INLINE Vec next(Vec z, Vec n, Vec h) { return fma(z, h - n, n); }
ATTENTION_INLINE Vec d_candidate(Vec dy, Vec z, Vec n) {
  return dy * (Vec(Real(1)) - z) * d_tanh(n);
}
ATTENTION_INLINE Vec d_reset(Vec dn, Vec gh_n, Vec r) {
  return dn * gh_n * d_sigmoid(r);
}
ATTENTION_INLINE Vec d_update(Vec dy, Vec h, Vec n, Vec z) {
  return dy * (h - n) * d_sigmoid(z);
}

}  // namespace gru

//   i, f, o = sigmoid(gi + gh)    g = tanh(gi + gh)    each of its own gate
//   c' = f c + i g                h' = o t,  t = tanh(c')
// and with e = dc' + dh' o (1 - t^2), all that reaches c':
//   di = e g i (1 - i)            df = e c f (1 - f)   dc = e f
//   dg = e i (1 - g^2)            do = dh' t o (1 - o)
namespace lstm {

ATTENTION_INLINE Vec cell(Vec i, Vec f, Vec g, Vec c) {
  return fma(f, c, i * g);
}
ATTENTION_INLINE Vec d_cell(Vec dh, Vec dc, Vec o, Vec t) {
  return fma(dh * o, d_tanh(t), dc);
}

}  // namespace lstm

// ---- One row of one step. Each kind says how many gates there are, how many
// parts a state has and how many values of a row backward needs.

struct ForwardRow {
  const Real *gi, *gh, *before;  // before, next: the parts `part` apart
  Real *next, *kept;
  std::ptrdiff_t part;
};

// dstate comes in as that of the step's result, goes out as that of the state
// before but for what the product with W adds.
struct BackwardRow {
  const Real *kept, *before, *next;
  std::ptrdiff_t part;
  const Real* dy;  // of the output, to be added to dstate
  Real *dstate, *dgi, *dgh;
  std::ptrdiff_t dpart;
};

template <Vec (*activation)(Vec), Vec (*derivative)(Vec)>
struct Plain {
  static constexpr int gates = 1, parts = 1, kept = 0;

  static void forward(int H, const ForwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      store(x.next + j, activation(load(x.gi + j, n) + load(x.gh + j, n)), n);
    });
  }
  static void backward(int H, const BackwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      const Vec dy = load(x.dstate + j, n) + load(x.dy + j, n);
      const Vec d = dy * derivative(load(x.next + j, n));
      store(x.dgi + j, d, n);
      store(x.dgh + j, d, n);
      store(x.dstate + j, Vec(Real(0)), n);
    });
  }
};

ATTENTION_INLINE Vec relu_of(Vec x) { return max(x, Vec(Real(0))); }
ATTENTION_INLINE Vec d_relu(Vec y) {
  return select(y > Vec(Real(0)), Vec(Real(1)), Vec(Real(0)));
}

using TanhKind = Plain<tanh, d_tanh>;
using ReluKind = Plain<relu_of, d_relu>;

struct GruKind {
  static constexpr int gates = 3, parts = 1, kept = 4;  // r, z, n, gh_n

  static void forward(int H, const ForwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      auto gate = [&](int k) {
        return sigmoid(load(x.gi + k * H + j, n) + load(x.gh + k * H + j, n));
      };
      const Vec r = gate(0), z = gate(1), gh_n = load(x.gh + 2 * H + j, n);
      const Vec c = gru::candidate(load(x.gi + 2 * H + j, n), r, gh_n);
      store(x.next + j, gru::next(z, c, load(x.before + j, n)), n);
      const Vec kept[] = {r, z, c, gh_n};
      for (int k = 0; k < 4; ++k) store(x.kept + k * H + j, kept[k], n);
    });
  }
  static void backward(int H, const BackwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      const Vec r = load(x.kept + j, n), z = load(x.kept + H + j, n),
                c = load(x.kept + 2 * H + j, n),
                gh_n = load(x.kept + 3 * H + j, n);
      const Vec dy = load(x.dstate + j, n) + load(x.dy + j, n);
      const Vec dn = gru::d_candidate(dy, z, c);
      const Vec dr = gru::d_reset(dn, gh_n, r);
      const Vec dz = gru::d_update(dy, load(x.before + j, n), c, z);
      const Vec dgi[] = {dr, dz, dn}, dgh[] = {dr, dz, dn * r};
      for (int k = 0; k < 3; ++k) {
        store(x.dgi + k * H + j, dgi[k], n);
        store(x.dgh + k * H + j, dgh[k], n);
      }
      store(x.dstate + j, dy * z, n);
    });
  }
};

struct LstmKind {
  static constexpr int gates = 4, parts = 2, kept = 5;  // i, f, g, o, t

  static void forward(int H, const ForwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      auto sum = [&](int k) {
        return load(x.gi + k * H + j, n) + load(x.gh + k * H + j, n);
      };
      const Vec i = sigmoid(sum(0)), f = sigmoid(sum(1)), g = tanh(sum(2)),
                o = sigmoid(sum(3));
      const Vec c = lstm::cell(i, f, g, load(x.before + x.part + j, n));
      const Vec t = tanh(c);
      store(x.next + j, o * t, n);
      store(x.next + x.part + j, c, n);
      const Vec kept[] = {i, f, g, o, t};
      for (int k = 0; k < 5; ++k) store(x.kept + k * H + j, kept[k], n);
    });
  }
  static void backward(int H, const BackwardRow& x) {
    for_lanes(H, [&](auto j, auto n) {
      auto kept = [&](int k) { return load(x.kept + k * H + j, n); };
      const Vec i = kept(0), f = kept(1), g = kept(2), o = kept(3), t = kept(4);
      const Vec dh = load(x.dstate + j, n) + load(x.dy + j, n);
      const Vec e = lstm::d_cell(dh, load(x.dstate + x.dpart + j, n), o, t);
      const Vec c = load(x.before + x.part + j, n);
      const Vec d[] = {e * g * d_sigmoid(i), e * c * d_sigmoid(f),
                       e * i * d_tanh(g), dh * t * d_sigmoid(o)};
      for (int k = 0; k < 4; ++k) {
        store(x.dgi + k * H + j, d[k], n);
        store(x.dgh + k * H + j, d[k], n);
      }
      store(x.dstate + j, Vec(Real(0)), n);
      store(x.dstate + x.dpart + j, e * f, n);
    });
  }
};

}  // namespace autograd::kernels
