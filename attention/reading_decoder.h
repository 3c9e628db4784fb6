// A recurrent decoder that says words about any memory, a picture's cells or a
// sound's frames, by any attention of the frame.
//
// Letters: B pictures, N hypotheses each, S places of the memory, T words,
// E embedding, H hidden, C width of a value, V words there are.
#pragma once

#include <utility>
#include <vector>

#include "attention/attention.h"
#include "attention/decoder_cell.h"
#include "attention/decoder_state.h"
#include "nn/decode.h"
#include "nn/dropout.h"
#include "nn/embedding.h"
#include "nn/init.h"
#include "nn/linear.h"

namespace attention {

struct ReadingDecoderOptions {
  int words = 0;       // V
  int embedding = 32;  // E
  int hidden = 64;     // H
  int memory = 0;      // C
  Real dropout = 0;    // of what a word is chosen from
};

// What a step makes; or T steps together, with T in the place of N.
struct Said {
  Tensor state;    // s_t [B, N, H]
  Tensor context;  // c_t [B, N, C]
  Tensor weights;  // [B, N, S]
  Tensor chosen;   // [B, N, S], where the read is hard (attention/hard.h)
};

template <class Attend>
struct ReadingDecoder {
  ReadingDecoderOptions options;
  nn::Embedding embedding;
  Attend attend;
  DecoderCell cell;
  nn::Linear readout, output;

  ReadingDecoder(const ReadingDecoderOptions& o, Attend attend, Rng& rng)
      : options(o),
        embedding(o.words, o.embedding, rng),
        attend(std::move(attend)),
        cell(DecoderKind::gru, o.embedding, o.memory, o.hidden, rng),
        readout(o.hidden + o.memory + o.embedding, o.hidden, rng),
        output(o.hidden, o.words, rng) {
    nn::init::uniform(embedding.weight, Real(-0.1), Real(0.1), rng);
  }

  //   c_t = attend(s_{t-1})    s_t = f(s_{t-1}, y_{t-1}, c_t)
  // with words y_{t-1} [B, N, E]; rng is for reads that draw.
  Said step(const Memory& memory, const Tensor& words, DecoderState& state,
            Rng* training) const {
    Said now;
    Step asked = state.ask();
    asked.rng = training;
    asked.chosen = &now.chosen;
    const Result read = attend(state.hidden, memory, asked);
    now.context = read.context;
    now.weights = read.weights;
    now.state = cell(cell.project(words), now.context, state.hidden);
    state.hidden = now.state;
    state.note(now.weights);
    return now;
  }

  // All steps from the state `first` [B, H] with the words given [B, T].
  Said unroll(const Memory& memory, const Tensor& first, const Indices& words,
              Rng* training) const {
    DecoderState state{autograd::unsqueeze(first, 1)};
    const Tensor y = embedding(words);  // [B, T, E]
    std::vector<Said> steps;
    for (int t = 0; t < y.size(1); ++t)
      steps.push_back(
          step(memory, autograd::slice(y, 1, t, t + 1), state, training));
    return {side_by_side(steps, &Said::state),
            side_by_side(steps, &Said::context),
            side_by_side(steps, &Said::weights),
            side_by_side(steps, &Said::chosen)};
  }

  // Scores of the next word [..., V]:   tanh(W_r [s_t; c_t; y_{t-1}]) W_o
  Tensor logits(const Said& now, const Tensor& words, Rng* training) const {
    const nn::Dropout drop{options.dropout};
    const Tensor all = autograd::concat({now.state, now.context, words}, -1);
    return output(autograd::tanh(readout(drop(all, training))));
  }

  // For nn::greedy and nn::beam_search.
  nn::Decoder decoder(Memory memory, const Tensor& first) const {
    const auto next = [this, memory = std::move(memory)](const Indices& tokens,
                                                         DecoderState& state) {
      const Tensor words = embedding(tokens);  // [B, N, E]
      const Said said = step(memory, words, state, nullptr);
      const Tensor scores = logits(said, words, nullptr);
      return nn::Prediction{autograd::log_softmax(scores), said.weights};
    };
    return decoder_from({autograd::unsqueeze(first, 1)}, next);
  }

  Parameters parameters() const {
    return nn::nested({{"embedding", embedding.parameters()},
                       {"attention", attend.parameters()},
                       {"cell", cell.parameters()},
                       {"readout", readout.parameters()},
                       {"output", output.parameters()}});
  }
};

}  // namespace attention
