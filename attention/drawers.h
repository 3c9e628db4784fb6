// A task where one place is the right one to look at: a chest of drawers, each
// with a label outside and a thing inside. Asked for a label, say what is in
// that drawer.
#pragma once

#include "attention/attention.h"
#include "attention/hard.h"
#include "attention/reinforce.h"
#include "nn/embedding.h"
#include "nn/linear.h"

namespace attention {

// Chests of S drawers; query t asks for label t, so there are S of them, too.
struct Drawers {
  nn::Indices labels;    // [B, S], each label 0 ... S - 1 once, in any order
  nn::Indices contents;  // [B, S], things 0 ... S - 1
  nn::Indices places;    // [B, T], where label t is
  nn::Indices answers;   // [B, T], what is there
};

Drawers draw_drawers(int chests, int S, nn::Rng& rng);

struct FinderOptions {
  int drawers = 8;  // S
  int width = 16;   // D
};

// q = query(label)   k = key(label)   v = content(thing)
// c = attend(q, k, v)     scores of things = U c + b
//
// Queries and keys have tables of their own: that a label fits itself is to be
// learnt.
struct Finder {
  nn::Embedding query, key, content;  // [S, D]
  nn::Linear answer;                  // U [S, D], b
  Attention<ScaledDotScore, Softmax, AnyRead> attend;

  Finder(const FinderOptions& options, nn::Rng& rng);

  struct Found {
    Tensor things;   // [B, T, S], their scores
    Tensor weights;  // [B, T, S]
  };
  Found operator()(const Drawers& drawers, const Step& step = {}) const;
  nn::Parameters parameters() const;
};

// The log probability of each answer:   things [B, T, S]   to [B, T]
Tensor answer_log_p(const Tensor& things, const Drawers& drawers);

// Its expectation over which drawer is opened, sum_s alpha_ts log p(y_t | s):
// the witness of estimates that open one.   [B, T]
Tensor expected_log_p(const Finder& finder, const Drawers& drawers);

// Ways to learn where to look.
enum class Looking { soft, reinforce, baseline, straight_through, gumbel };
inline constexpr Looking all_lookings[] = {
    Looking::soft, Looking::reinforce, Looking::baseline,
    Looking::straight_through, Looking::gumbel};
const char* name_of(Looking looking);
AnyRead read_of(Looking looking);

// What such a finder minimises: of REINFORCE the surrogate, else the mean of
// -log p(answer). The baseline is used, and then told the rewards, where the
// way has one.
Tensor finder_loss(const Finder& finder, const Drawers& drawers,
                   Looking looking, Baseline& baseline, nn::Rng& rng);

}  // namespace attention
