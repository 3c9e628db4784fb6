#include "attention/seq2seq.h"

#include <cmath>
#include <memory>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/init.h"
#include "nn/vocab.h"

namespace attention {

using autograd::check;
using autograd::concat;
using autograd::linear;
using autograd::matmul;
using autograd::reshape;
using autograd::slice;
using autograd::squeeze;
using autograd::stack;
using autograd::transpose;
using autograd::unsqueeze;

// ---- The decoder's cell

namespace {

// [..., D] as rows [M, D].
Tensor rows(const Tensor& x) { return reshape(x, {-1, x.size(-1)}); }

int gates(DecoderKind kind) { return kind == DecoderKind::gru ? 3 : 1; }

nn::Parameter weight(const nn::Shape& shape, int hidden, Rng& rng) {
  const Real bound = 1 / std::sqrt(static_cast<Real>(hidden));
  return nn::Parameter(Tensor::uniform(shape, -bound, bound, rng));
}

}  // namespace

DecoderCell::DecoderCell(DecoderKind kind, int word, int context, int hidden,
                         Rng& rng)
    : kind(kind),
      word(word),
      weight_ih(weight({gates(kind) * hidden, word + context}, hidden, rng)),
      weight_hh(weight({gates(kind) * hidden, hidden}, hidden, rng)),
      bias_ih(weight({gates(kind) * hidden}, hidden, rng)),
      bias_hh(weight({gates(kind) * hidden}, hidden, rng)) {}

Tensor DecoderCell::project(const Tensor& words) const {
  return linear(words, slice(weight_ih, 1, 0, word), bias_ih);
}

Tensor DecoderCell::context_weight() const {
  return slice(weight_ih, 1, word, weight_ih.size(1));
}

Tensor DecoderCell::operator()(const Tensor& projected, const Tensor& context,
                               const Tensor& state) const {
  Tensor input = projected;
  if (context.defined())
    input = input + matmul(context, transpose(context_weight()));
  const Tensor recurrent = linear(state, weight_hh, bias_hh);
  return kind == DecoderKind::gru ? autograd::gru_gates(input, recurrent, state)
                                  : autograd::tanh(input + recurrent);
}

Parameters DecoderCell::parameters() const {
  return {{"weight_ih", weight_ih},
          {"weight_hh", weight_hh},
          {"bias_ih", bias_ih},
          {"bias_hh", bias_hh}};
}

// ---- The model

namespace {

int encoder_width(const Seq2SeqOptions& o) {
  return o.bidirectional ? 2 * o.hidden : o.hidden;
}

int context_width(const Seq2SeqOptions& o) {
  return o.context == Context::initial ? 0 : encoder_width(o);
}

Seq2SeqOptions checked(const Seq2SeqOptions& o) {
  check(o.source_words > 0 && o.target_words > 0 && o.embedding > 0 &&
            o.hidden > 0 && o.score > 0,
        "[Seq2Seq] wanted positive sizes, got ", o.source_words,
        " source words, ", o.target_words, " target words, embedding ",
        o.embedding, ", hidden ", o.hidden, ", score ", o.score);
  check(o.dropout >= 0 && o.dropout < 1,
        "[Seq2Seq] wanted dropout in [0, 1), got ", o.dropout);
  return o;
}

Tensor dropped(const Tensor& x, Real p, Rng* training) {
  return training ? autograd::dropout(x, p, *training) : x;
}

}  // namespace

Seq2Seq::Seq2Seq(const Seq2SeqOptions& o, Rng& rng)
    : options(checked(o)),
      source_embedding(o.source_words, o.embedding, rng),
      target_embedding(o.target_words, o.embedding, rng),
      encoder({.input = o.embedding,
               .hidden = o.hidden,
               .bidirectional = o.bidirectional},
              rng),
      bridge(o.context == Context::attention ? o.hidden : encoder_width(o),
             o.hidden, rng),
      cell(o.decoder, o.embedding, context_width(o), o.hidden, rng),
      readout(o.hidden + context_width(o) + o.embedding, o.hidden, rng),
      output(o.hidden, o.target_words, rng) {
  if (o.context == Context::attention)
    attend.emplace(AdditiveScore(
        {.query = o.hidden, .key = encoder_width(o), .width = o.score}, rng));
  for (nn::Embedding* table : {&source_embedding, &target_embedding})
    nn::init::uniform(table->weight, Real(-0.1), Real(0.1), rng);
}

//   h_j = [forward_j; backward_j]       Bahdanau et al. 2015, equation 7
//   s_0 = tanh(W_s backward_1)          appendix A.2.2; without attention
//   s_0 = tanh(W_s [forward_S; backward_1])          Cho et al. 2014
Seq2Seq::Source Seq2Seq::encode(const nn::Padded& source, Rng* training) const {
  const Tensor words =
      dropped(source_embedding(source.ids), options.dropout, training);
  const auto [states, last] = encoder(words, source.lengths);  // [B, S, C]
  Source result;
  if (options.context == Context::attention) {
    result.memory = attend->prepare(
        states, states, Mask::padding(source.lengths, states.size(1)));
    const Tensor backward = autograd::select(last, 0, -1);  // [B, H]
    result.state = autograd::tanh(bridge(backward));
    return result;
  }
  const Tensor summary =
      squeeze(concat(autograd::split(last, 0, 1), -1), 0);  // [B, C]
  result.state = autograd::tanh(bridge(summary));
  if (options.context == Context::every_step) result.summary = summary;
  return result;
}

//   c_t = attend(s_{t-1})    s_t = f(s_{t-1}, y_{t-1}, c_t)
Seq2Seq::Step Seq2Seq::step(const Source& source, const Tensor& projected,
                            const Tensor& state, int t) const {
  Step result;
  const nn::Shape shape = state.shape();
  if (options.context == Context::attention) {
    Memory memory = source.memory;
    memory.mask = memory.mask.of_query(t);
    auto [context, weights] = (*attend)(state, memory);
    result.context = context;
    result.weights = weights;
  } else if (options.context == Context::every_step) {
    result.context =
        autograd::expand(unsqueeze(source.summary, 1),
                         {shape[0], shape[1], source.summary.size(-1)});
  }
  const Tensor next = cell(
      rows(projected),
      result.context.defined() ? rows(result.context) : Tensor(), rows(state));
  result.state = reshape(next, shape);
  return result;
}

Seq2Seq::Unrolled Seq2Seq::unroll(const Source& source,
                                  const Tensor& projected) const {
  if (attend && cell.kind == DecoderKind::gru && !source.memory.by_query) {
    const int H = options.hidden;
    const Tensor y = autograd::attention_decoder(
        projected, source.state, source.memory.keys, source.memory.values,
        source.memory.mask.visible(),
        {.query = attend->score.query.weight,
         .score = autograd::select(attend->score.v.weight, 0, 0),
         .context = cell.context_weight(),
         .recurrent = cell.weight_hh,
         .bias = cell.bias_hh});
    return {slice(y, 2, 0, H), slice(y, 2, H, y.size(2))};
  }
  Tensor state = unsqueeze(source.state, 1);  // [B, 1, H]
  std::vector<Tensor> states, contexts;
  for (int t = 0; t < projected.size(1); ++t) {
    const Step now = step(source, slice(projected, 1, t, t + 1), state, t);
    state = now.state;
    states.push_back(state);
    if (now.context.defined()) contexts.push_back(now.context);
  }
  return {concat(states, 1), contexts.empty() ? Tensor() : concat(contexts, 1)};
}

Tensor Seq2Seq::logits(const Tensor& state, const Tensor& context,
                       const Tensor& words, Rng* training) const {
  std::vector<Tensor> parts{state};
  if (context.defined()) parts.push_back(context);
  parts.push_back(words);
  const Tensor hidden = autograd::tanh(readout(concat(parts, -1)));
  return output(dropped(hidden, options.dropout, training));
}

Tensor Seq2Seq::loss(const nn::Batch& batch, Real smoothing,
                     Rng* training) const {
  return loss(encode(batch.source, training), batch, smoothing, training);
}

Tensor Seq2Seq::loss(const Source& source, const nn::Batch& batch,
                     Real smoothing, Rng* training) const {
  const Tensor words = dropped(target_embedding(batch.target_in.ids),
                               options.dropout, training);  // [B, T, E]
  const Tensor projected = cell.project(words);             // [B, T, G H]
  const auto [states, contexts] = unroll(source, projected);
  return autograd::cross_entropy(
      logits(states, contexts, words, training), batch.target_out,
      {.ignored = nn::Vocab::pad, .smoothing = smoothing});
}

nn::Decoder Seq2Seq::decoder(const nn::Padded& padded) const {
  const autograd::NoGrad no_grad;
  return decoder(encode(padded, nullptr));
}

nn::Decoder Seq2Seq::decoder(Source source) const {
  struct State {
    Source source;
    Tensor state;  // [B, N, H]
    int t = 0;
  };
  auto now = std::make_shared<State>();
  now->source = std::move(source);
  now->state = unsqueeze(now->source.state, 1);
  nn::Decoder decoder;
  decoder.step = [this, now](const Indices& tokens) {
    const Tensor words = target_embedding(tokens);  // [B, N, E]
    const Step next =
        step(now->source, cell.project(words), now->state, now->t++);
    now->state = next.state;
    const Tensor scores = logits(next.state, next.context, words, nullptr);
    return nn::Prediction{autograd::log_softmax(scores), next.weights};
  };
  decoder.reorder = [now](const Indices& from) {
    // A state's hypotheses are rows of a table.
    now->state = autograd::embedding(squeeze(now->state, 0), from);
  };
  return decoder;
}

Parameters Seq2Seq::parameters() const {
  std::vector<std::pair<std::string, Parameters>> parts = {
      {"source_embedding", source_embedding.parameters()},
      {"target_embedding", target_embedding.parameters()},
      {"encoder", encoder.parameters()},
      {"bridge", bridge.parameters()},
      {"cell", cell.parameters()},
      {"readout", readout.parameters()},
      {"output", output.parameters()}};
  if (attend) parts.push_back({"attention", attend->parameters()});
  return nn::nested(parts);
}

}  // namespace attention
