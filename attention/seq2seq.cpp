#include "attention/seq2seq.h"

#include "autograd/graph.h"
#include "nn/dropout.h"
#include "nn/init.h"
#include "nn/vocab.h"

namespace attention {

using autograd::concat;
using autograd::matmul;
using autograd::slice;
using autograd::squeeze;
using autograd::transpose;
using autograd::unsqueeze;

namespace {

// Of [s; c; y], or [c; s]: what a word is chosen from.
nn::LinearOptions readout_options(const Seq2SeqOptions& o) {
  const bool luong = o.order == DecoderOrder::luong;
  const int word = luong ? 0 : o.embedding;
  return {.in = o.hidden + o.context_width() + word,
          .out = o.hidden,
          .bias = !luong};
}

const Seq2SeqOptions& checked(const Seq2SeqOptions& options) {
  options.check();
  return options;
}

}  // namespace

Seq2Seq::Seq2Seq(const Seq2SeqOptions& o, Rng& rng)
    : options(checked(o)),
      source_embedding(o.source_words, o.embedding, rng),
      target_embedding(o.target_words, o.embedding, rng),
      encoder({.input = o.embedding,
               .hidden = o.direction_width(),
               .bidirectional = o.bidirectional},
              rng),
      bridge(o.summary_width(), o.hidden, rng),
      cell(o.decoder, o.embedding, o.fed_width(), o.hidden, rng),
      readout(readout_options(o), rng),
      output(o.hidden, o.target_words, rng) {
  if (o.context == Context::attention) {
    AnyScore score(o.filled_score(), rng);
    AnyAlign align(o.filled_align(), rng);
    attend.emplace(std::move(score), std::move(align));
  }
  for (nn::Embedding* table : {&source_embedding, &target_embedding})
    nn::init::uniform(table->weight, Real(-0.1), Real(0.1), rng);
}

//   h_j = [forward_j; backward_j]       Bahdanau et al. 2015, equation 7
//   s_0 = tanh(W_s backward_1)          appendix A.2.2; where no h_j is read
//   s_0 = tanh(W_s [forward_S; backward_1])          Cho et al. 2014
Seq2Seq::Source Seq2Seq::encode(const nn::Padded& source, Rng* training) const {
  const nn::Dropout drop{options.dropout};
  const Tensor words = drop(source_embedding(source.ids), training);
  const auto [states, last] = encoder(words, source.lengths);  // [B, S, C]
  Source result;
  if (options.context == Context::attention) {
    const Tensor& read = options.read_embeddings ? words : states;
    result.memory = attend->prepare(
        read, read, Mask::padding(source.lengths, read.size(1)));
  }
  const Tensor summary =
      options.reads_states()
          ? autograd::select(last, 0, -1)                         // [B, H]
          : squeeze(concat(autograd::split(last, 0, 1), -1), 0);  // [B, C]
  result.state = autograd::tanh(bridge(summary));
  if (options.context == Context::every_step) result.summary = summary;
  return result;
}

Seq2Seq::State Seq2Seq::start(const Source& source) const {
  State state{unsqueeze(source.state, 1)};  // [B, 1, H]
  if (options.input_feeding)
    state.attentional = Tensor::zeros(state.hidden.shape());
  return state;
}

// What the state is given of the source: context and weights.
Seq2Seq::Step Seq2Seq::read(const Source& source, const State& state) const {
  Step now;
  if (options.context == Context::attention) {
    Memory memory = source.memory;
    memory.mask = memory.mask.of_query(state.t);
    auto [context, weights] = (*attend)(state.hidden, memory, state.ask());
    now.context = context;
    now.weights = weights;
  } else if (options.context == Context::every_step) {
    now.context =
        autograd::expand(unsqueeze(source.summary, 1),
                         state.hidden.shape().with(2, source.summary.size(-1)));
  }
  return now;
}

// tanh(W [...]) of the parts there are, [..., H].
Tensor Seq2Seq::combine(std::vector<Tensor> parts) const {
  std::erase_if(parts, [](const Tensor& part) { return !part.defined(); });
  return autograd::tanh(readout(concat(parts, -1)));
}

// Bahdanau:  c_t = attend(s_{t-1})                    s_t = f(s_{t-1}, y, c_t)
// Luong:     s_t = f(s_{t-1}, y, h~_{t-1})            c_t = attend(s_t)
//            h~_t = tanh(W_c [c_t; s_t])              with y = y_{t-1}
Seq2Seq::Step Seq2Seq::step(const Source& source, const Tensor& projected,
                            State& state) const {
  const auto advance = [&](const Tensor& beside) {
    state.hidden = cell(projected, beside, state.hidden);
  };
  const bool luong = options.order == DecoderOrder::luong;
  if (luong) advance(state.attentional);
  Step now = read(source, state);
  if (!luong) advance(now.context);
  now.state = state.hidden;
  if (luong) now.attentional = combine({now.context, now.state});
  if (options.input_feeding) state.attentional = now.attentional;
  state.note(options.looks_back() ? now.weights : Tensor());
  return now;
}

// In Luong's order all questions are there at once, unless what was read is
// part of the next.
Seq2Seq::Step Seq2Seq::unroll(const Source& source,
                              const Tensor& projected) const {
  if (options.fuses() && !source.memory.by_query) {
    const int H = options.hidden;
    const auto& score = std::get<AdditiveScore>(attend->score.score);
    const Tensor y = autograd::attention_decoder(
        projected, source.state, source.memory.keys, source.memory.values,
        source.memory.mask.visible(),
        {.query = score.query.weight,
         .score = autograd::select(score.v.weight, 0, 0),
         .context = cell.context_weight(),
         .recurrent = cell.weight_hh,
         .bias = cell.bias_hh});
    return {slice(y, 2, 0, H), slice(y, 2, H, y.size(2)), {}, {}};
  }
  if (options.states_first()) {
    const Tensor states = cell.sequence(projected, source.state);
    const auto [contexts, weights] = (*attend)(states, source.memory);
    return {states, contexts, combine({contexts, states}), weights};
  }
  State state = start(source);
  std::vector<Step> steps;
  for (int t = 0; t < projected.size(1); ++t)
    steps.push_back(step(source, slice(projected, 1, t, t + 1), state));
  return {side_by_side(steps, &Step::state),
          side_by_side(steps, &Step::context),
          side_by_side(steps, &Step::attentional),
          side_by_side(steps, &Step::weights)};
}

// Bahdanau:  tanh(W_r [s_t; c_t; y_{t-1}]) W_o       Luong:  h~_t W_o
Tensor Seq2Seq::logits(const Step& now, const Tensor& words,
                       Rng* training) const {
  const Tensor hidden = now.attentional.defined()
                            ? now.attentional
                            : combine({now.state, now.context, words});
  return output(nn::Dropout{options.dropout}(hidden, training));
}

namespace {

// What is read again, a word: sum_s min(alpha_ts, the weights of s before t).
// See et al. 2017, equation 12.   weights [B, T, S]
Tensor read_again(const Tensor& weights, const nn::Batch& batch) {
  const int T = weights.size(1);
  const Tensor coverage =
      matmul(Mask::causal(T).visible(), weights) - weights;  // [B, T, S]
  const Tensor both = weights - autograd::relu(weights - coverage);
  const Tensor words =
      transpose(Mask::padding(batch.target_in.lengths, T).visible());
  return autograd::sum(both * words) / static_cast<Real>(batch.tokens);
}

}  // namespace

Tensor Seq2Seq::loss(const nn::Batch& batch, Real smoothing,
                     Rng* training) const {
  return loss(encode(batch.source, training), batch, smoothing, training);
}

Tensor Seq2Seq::loss(const Source& source, const nn::Batch& batch,
                     Real smoothing, Rng* training) const {
  const nn::Dropout drop{options.dropout};
  const Tensor words =
      drop(target_embedding(batch.target_in.ids), training);  // [B, T, E]
  const Tensor projected = cell.project(words);               // [B, T, G H]
  const Step all = unroll(source, projected);
  const Tensor entropy = autograd::cross_entropy(
      logits(all, words, training), batch.target_out,
      {.ignored = nn::Vocab::pad, .smoothing = smoothing});
  if (options.coverage_loss == 0) return entropy;
  return entropy + read_again(all.weights, batch) * options.coverage_loss;
}

nn::Decoder Seq2Seq::decoder(const nn::Padded& padded) const {
  const autograd::NoGrad no_grad;
  return decoder(encode(padded, nullptr));
}

nn::Decoder Seq2Seq::decoder(Source source) const {
  State first = start(source);
  const auto next = [this, source = std::move(source)](const Indices& tokens,
                                                       State& state) {
    const Tensor words = target_embedding(tokens);  // [B, N, E]
    const Step now = step(source, cell.project(words), state);
    const Tensor scores = logits(now, words, nullptr);
    return nn::Prediction{autograd::log_softmax(scores), now.weights};
  };
  return decoder_from(std::move(first), next);
}

Parameters Seq2Seq::parameters() const {
  return nn::nested({{"source_embedding", source_embedding.parameters()},
                     {"target_embedding", target_embedding.parameters()},
                     {"encoder", encoder.parameters()},
                     {"bridge", bridge.parameters()},
                     {"cell", cell.parameters()},
                     {"readout", readout.parameters()},
                     {"output", output.parameters()},
                     {"attention", nn::parameters_of(attend)}});
}

}  // namespace attention
