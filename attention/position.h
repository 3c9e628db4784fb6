// Where a word stands. Attention itself does not know (permute keys and values
// and nothing changes), so order must be told: with the words' embeddings, or
// with the scores of each head.
#pragma once

#include <vector>

#include "attention/align.h"
#include "nn/module.h"

namespace attention {

using nn::Real;

enum class PositionKind {
  none,
  sinusoidal,  // added to the embeddings: Vaswani et al. 2017, section 3.5
  learned,     // added to the embeddings: Gehring et al. 2017, section 3.1
  rotary,      // turns queries and keys: Su et al. 2021
  alibi,       // scores fall with distance: Press et al. 2022
  relative,    // keys and values by distance: Shaw et al. 2018
};

struct PositionOptions {
  PositionKind kind = PositionKind::sinusoidal;
  int width = 0;      // W, of the embeddings (sinusoidal, learned)
  int heads = 0;      // H (alibi)
  int head = 0;       // D (rotary, relative)
  int longest = 512;  // rows of the learned table; beyond, an error
  int clip = 16;      // relative: distances beyond count as this
  Real base = 10000;  // sinusoidal, rotary: the slowest angle is about 1 / base

  bool operator==(const PositionOptions&) const = default;
};

// sin and cos of p base^(-2i/W) for positions p = first ... first + count - 1,
// side by side: PE(p, 2i), PE(p, 2i + 1), as [count, width] (Vaswani et al.
// 2017, section 3.5); an even width.
Tensor sinusoids(int count, int width, int first = 0, Real base = 10000);

// What is added to the words' embeddings; nothing for the other kinds.
struct PositionEmbedding {
  PositionOptions options;
  nn::Parameter weight;  // learned: [longest, W]; else an empty handle

  // Normal with deviation 0.02, as GPT-2's.
  PositionEmbedding(const PositionOptions& options, nn::Rng& rng);

  // x [B, T, W], the first of them at position `first`
  Tensor operator()(const Tensor& x, int first = 0) const;
  nn::Parameters parameters() const;
};

// What the heads of attention make of distance: turned queries and keys
// (rotary), scores that fall with it (alibi), keys and values for each distance
// (relative); nothing for the other kinds.
struct HeadPosition {
  PositionOptions options;
  nn::Parameter keys, values;  // relative: [2 clip + 1, D]; else empty handles

  HeadPosition(const PositionOptions& options, nn::Rng& rng);

  // Queries or keys [..., T, D], the first of them at position `first`.
  Tensor turned(const Tensor& x, int first = 0) const;
  // How much each head's scores fall by a step (alibi; else empty), [H]: of a
  // power of two 2^(-8/H), 2^(-16/H) ...; else of the next smaller power of
  // two, then every second of the next larger (Press et al. 2022, section 3 and
  // their code).
  std::vector<Real> slopes() const;
  // What the scores of queries [B, H, T, D] gain over S keys, [B or 1, H, T,
  // S], or none. Query t of sentence b stands at step.position +
  // b % step.cycle + t.
  //   alibi      - slope_h |s - t|
  //   relative   q_t . a_{s-t} / sqrt(D)       Shaw et al. 2018, equation 4
  Tensor scores(const Tensor& query, int S, const Step& step) const;
  // What the contexts gain by weights [B, H, T, S], [B, H, T, D], or none.
  //   relative   sum_s alpha_ts a_{s-t}        Shaw et al. 2018, equation 3
  Tensor contexts(const Tensor& weights, const Step& step) const;
  // Whether the streaming op does all of this.
  bool streams() const { return options.kind != PositionKind::relative; }

  nn::Parameters parameters() const;
};

}  // namespace attention
