// The columns of a convolution: what its taps read, a tile of rows at a time.
#pragma once

#include <algorithm>

#include "autograd/kernels/conv.h"
#include "autograd/kernels/for_lanes.h"

namespace autograd::kernels {

// Rows [top, bottom) of y.
struct Tile {
  int top, bottom;
};

template <class F>
void each_tile(const Convolution& conv, const F& f) {
  const int height = conv.out_height(), step = conv.tile_rows();
  for (int top = 0; top < height; top += step)
    f(Tile{top, std::min(top + step, height)});
}

// One tap reads its own place, and nothing else.
inline bool pointwise(const Convolution& conv) {
  const auto one = [](const Slide& s) {
    return s.size == 1 && s.stride == 1 && s.padding == 0;
  };
  return one(conv.rows) && one(conv.columns);
}

// Calls f(at, range) for each tap and each row of a tile in turn: the row's
// pixels in `range` read the tap at x[at], x[at + stride], ...
template <class F>
ATTENTION_INLINE void each_row(const Convolution& conv, Tile tile, const F& f) {
  const int channels = conv.in / conv.groups, N = conv.out_width();
  for (int c = 0; c < channels; ++c)
    for (int i = 0; i < conv.rows.size; ++i)
      for (int j = 0; j < conv.columns.size; ++j) {
        const Slide::Range inside = conv.columns.inside(conv.width, N, j);
        const std::int64_t left = conv.columns.at(inside.begin, j);
        for (int y = tile.top; y < tile.bottom; ++y) {
          const std::int64_t row = conv.rows.at(y, i);
          const bool there = 0 <= row && row < conv.height;
          f((c * std::int64_t(conv.height) + row) * conv.width + left,
            there ? inside : Slide::Range{0, 0});
        }
      }
}

// Whether y is as wide as x and goes along with it: then output p of a plane
// reads the plane at p + shift, a shift for each tap.
inline bool in_step(const Convolution& conv) {
  return conv.rows.stride == 1 && conv.columns.stride == 1 &&
         conv.out_width() == conv.width;
}

// Of the pixels of a tile those from first to last read a tap at p + shift, but
// for the ends of rows: outside of `inside` they read nothing.
struct Shifted {
  int tap;
  std::int64_t shift;
  int first, last;
  Slide::Range inside;
};

// Calls f(shifted) for each tap, channel by channel: those of one channel,
// which meet in the same plane, come far apart.
template <class F>
ATTENTION_INLINE void each_tap(const Convolution& conv, Tile tile, const F& f) {
  const int I = conv.rows.size, J = conv.columns.size, W = conv.width;
  for (int i = 0; i < I; ++i) {
    const auto [begin, end] =
        conv.rows.inside(conv.height, conv.out_height(), i);
    const int top = std::max(begin, tile.top) - tile.top;
    const int bottom = std::min(end, tile.bottom) - tile.top;
    for (int j = 0; j < J; ++j) {
      const Slide::Range inside = conv.columns.inside(W, W, j);
      const bool any = top < bottom && inside.begin < inside.end;
      Shifted at{i * J + j,
                 conv.rows.at(tile.top, i) * W + conv.columns.at(0, j),
                 any ? top * W + inside.begin : 0,
                 any ? (bottom - 1) * W + inside.end : 0, inside};
      for (int c = 0; c < conv.in / conv.groups; ++c) {
        f(at);
        at.tap += I * J;
        at.shift += std::int64_t(conv.height) * W;
      }
    }
  }
}

// Zeros where the rows of a plane of width W have ends that read nothing.
ATTENTION_INLINE void clear_ends(const Shifted& tap, int W, Real* plane) {
  const auto clear = [&](int x) {
    for (int at = tap.first / W * W + x; at < tap.last; at += W) plane[at] = 0;
  };
  for (int x = 0; x < tap.inside.begin; ++x) clear(x);
  for (int x = tap.inside.end; x < W; ++x) clear(x);
}

inline int pixels(const Convolution& conv, Tile tile) {
  return (tile.bottom - tile.top) * conv.out_width();
}

// How far the columns of two taps lie apart: on whole lines, where they are
// copied in one piece.
inline int pitch(const Convolution& conv, Tile tile) {
  const int n = pixels(conv, tile);
  return in_step(conv) ? (n + lanes - 1) / lanes * lanes : n;
}

ATTENTION_INLINE void clear(Real* to, std::int64_t count) {
  for_lanes(count, [&](std::int64_t p, auto n) { store(to + p, Real(0), n); });
}

// What the taps of a tile read: [taps, pixels].
inline void unfold(const Convolution& conv, Tile tile, const Real* x,
                   Real* to) {
  const int N = conv.out_width(), stride = conv.columns.stride;
  if (in_step(conv)) {
    const int size = pixels(conv, tile), step = pitch(conv, tile);
    return each_tap(conv, tile, [&](const Shifted& tap) {
      Real* const row = to + std::int64_t(tap.tap) * step;
      clear(row, tap.first);
      for_lanes(tap.last - tap.first, [&](std::int64_t p, auto n) {
        store(row + tap.first + p, load(x + tap.shift + tap.first + p, n), n);
      });
      clear(row + tap.last, size - tap.last);
      clear_ends(tap, N, row);
    });
  }
  each_row(conv, tile, [&](std::int64_t at, Slide::Range inside) {
    clear(to, inside.begin);
    for (int p = inside.begin; p < inside.end; ++p, at += stride) to[p] = x[at];
    clear(to + inside.end, N - inside.end);
    to += N;
  });
}

// Adds what belongs to the taps to where they read.
inline void fold(const Convolution& conv, Tile tile, Real* from, Real* dx) {
  const int N = conv.out_width(), stride = conv.columns.stride;
  if (in_step(conv)) {
    // First all ends: a vector that is loaded waits for numbers just stored.
    const std::int64_t step = pitch(conv, tile);
    each_tap(conv, tile, [&](const Shifted& tap) {
      clear_ends(tap, N, from + tap.tap * step);
    });
    return each_tap(conv, tile, [&](const Shifted& tap) {
      const Real* row = from + tap.tap * step + tap.first;
      Real* to = dx + tap.shift + tap.first;
      for_lanes(tap.last - tap.first, [&](std::int64_t p, auto n) {
        put(to + p, load(row + p, n), n, true);
      });
    });
  }
  each_row(conv, tile, [&](std::int64_t at, Slide::Range inside) {
    for (int p = inside.begin; p < inside.end; ++p, at += stride)
      dx[at] += from[p];
    from += N;
  });
}

}  // namespace autograd::kernels
