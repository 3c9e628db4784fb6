#include "attention/caption.h"

#include <algorithm>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/init.h"
#include "nn/vocab.h"

namespace attention {

using autograd::check;

Tensor CaptionRead::operator()(const Tensor& weights, const Tensor& values,
                               const Step& step) const {
  if (!hard) return Expectation()(weights, values, step);
  if (!step.rng) return Sample()(weights, values, step);
  const Tensor z = sampled(weights, *step.rng);  // [B, T, S]
  std::vector<Real> coins;
  for (std::int64_t i = 0; i < weights.size() / weights.size(-1); ++i)
    coins.push_back(Real(step.rng->below(2)));
  const Tensor coin =
      Tensor::from(weights.shape().with(weights.rank() - 1, 1), coins);
  if (step.chosen) *step.chosen = z * coin;
  return Expectation()(autograd::where(coin, z, weights), values, step);
}

namespace {

// Row and column of each cell, from -1 to 1:  [S, 2]
Tensor places(int grid) {
  std::vector<Real> values;
  for (int row = 0; row < grid; ++row)
    for (int column = 0; column < grid; ++column)
      for (const int at : {row, column})
        values.push_back(Real(2 * at) / Real(std::max(grid - 1, 1)) - 1);
  return Tensor::from({grid * grid, 2}, values);
}

const PictureEncoderOptions& checked(const PictureEncoderOptions& o) {
  check(!o.channels.empty() && o.channels.size() == o.kernels.size() &&
            o.grid >= 1,
        "[PictureEncoder] wanted a kernel for each layer, got ",
        o.channels.size(), " layers, ", o.kernels.size(),
        " kernels, a grid of ", o.grid);
  return o;
}

}  // namespace

PictureEncoder::PictureEncoder(const PictureEncoderOptions& o, Rng& rng)
    : options(checked(o)),
      place(2, o.channels.back(), rng),
      norm(o.channels.back()) {
  int in = 3;
  for (std::size_t i = 0; i < o.channels.size(); ++i) {
    check(o.kernels[i] % 2 == 1 && o.channels[i] > 0,
          "[PictureEncoder] wanted an odd kernel and channels, got ",
          o.kernels[i], " and ", o.channels[i]);
    layers.emplace_back(nn::Conv2dOptions{.in = in,
                                          .out = o.channels[i],
                                          .kernel = o.kernels[i],
                                          .padding = o.kernels[i] / 2},
                        rng);
    nn::init::kaiming_uniform(layers.back().weight, rng);
    nn::init::zeros(layers.back().bias);
    in = o.channels[i];
  }
}

Tensor PictureEncoder::features(const Tensor& pictures) const {
  Tensor x = pictures;
  for (const nn::Conv2d& layer : layers)
    x = autograd::max_pool2d(autograd::relu(layer(x)), {.size = 2});
  const int G = options.grid;  // x [B, C, G, G]
  check(x.size(2) == G && x.size(3) == G,
        "[PictureEncoder] wanted pictures that come out as a grid of ", G,
        ", got ", pictures.shape(), " and ", x.shape());
  return autograd::transpose(
      autograd::reshape(x, {x.size(0), x.size(1), G * G}));  // [B, S, C]
}

Tensor PictureEncoder::operator()(const Tensor& pictures) const {
  return norm(features(pictures) + place(places(options.grid)));
}

Parameters PictureEncoder::parameters() const {
  return nn::nested({{"layers", nn::numbered(layers)},
                     {"place", place.parameters()},
                     {"norm", norm.parameters()}});
}

namespace {

CaptionAttention attention_of(const CaptionerOptions& o, Rng& rng) {
  AdditiveScore score(
      {.query = o.hidden, .key = o.encoder.channels.back(), .width = o.score},
      rng);
  return CaptionAttention(std::move(score));
}

// 1 where a caption has a word to say, [B, T].
Tensor said(const nn::Batch& batch) {
  const Indices& words = batch.target_out;
  std::vector<Real> values;
  for (const int word : words) values.push_back(word != nn::Vocab::pad);
  return Tensor::from(words.shape(), values);
}

// mean_s (1 - sum_t alpha_ts)^2, as a mean over the pictures.
Tensor penalty(const Tensor& weights, const Tensor& said) {
  const Tensor looked =
      sum(weights * autograd::unsqueeze(said, 2), {1});  // [B, S]
  return mean(autograd::pow(1 - looked, 2));
}

// log p of each word and of those after it [B, T], without a graph.
Tensor to_go(const Tensor& logits, const nn::Batch& batch, const Tensor& said) {
  const autograd::NoGrad no_grad;
  const nn::Shape shape = said.shape();
  const std::vector<int> words(batch.target_out.begin(),
                               batch.target_out.end());
  const Indices index({shape[0], shape[1], 1}, words);
  const Tensor each =
      autograd::squeeze(
          autograd::gather(autograd::log_softmax(logits), 2, index), 2) *
      said;
  Tensor rest = Tensor::zeros({shape[0], 1});
  std::vector<Tensor> parts(static_cast<std::size_t>(shape[1]));
  for (int t = shape[1]; t-- > 0;)
    parts[std::size_t(t)] = rest = rest + autograd::slice(each, 1, t, t + 1);
  return autograd::concat(parts, 1);
}

// The surrogate of all choices, as a mean over the words.
Tensor reinforced(const Said& all, const Tensor& rewards, const Tensor& said,
                  const ReinforceOptions& options,
                  std::vector<Baseline>& baselines) {
  const Tensor log_p = log_probability(all.weights, all.chosen) * said;
  const Tensor entropies = entropy(all.weights) * said;
  const int T = said.size(1);
  baselines.resize(std::max(baselines.size(), std::size_t(T)));
  Tensor total;
  for (int t = 0; t < T; ++t) {
    const auto at = [&](const Tensor& x) { return autograd::select(x, 1, t); };
    Baseline& baseline = baselines[std::size_t(t)];
    const Tensor loss = reinforce_loss(at(rewards), at(log_p), at(entropies),
                                       baseline, options);
    baseline.update(at(rewards));
    total = total.defined() ? total + loss : loss;
  }
  return total / Real(T);
}

}  // namespace

Captioner::Captioner(const CaptionerOptions& o, Rng& rng)
    : options(o),
      encoder(o.encoder, rng),
      start(o.encoder.channels.back(), o.hidden, rng),
      decoder({.words = o.words,
               .embedding = o.embedding,
               .hidden = o.hidden,
               .memory = o.encoder.channels.back(),
               .dropout = o.dropout},
              attention_of(o, rng), rng) {}

Captioner::Source Captioner::encode(const Tensor& pictures) const {
  const Tensor cells = encoder(pictures);
  return {decoder.attend.prepare(cells, cells),
          autograd::tanh(start(mean(cells, {1})))};
}

Tensor Captioner::loss(const Tensor& pictures, const nn::Batch& captions,
                       Rng* training, std::vector<Baseline>* baselines) const {
  const Source source = encode(pictures);
  const Indices& in = captions.target_in.ids;
  const Said all = decoder.unroll(source.memory, source.state, in, training);
  const Tensor logits = decoder.logits(all, decoder.embedding(in), training);
  const Tensor words = said(captions);  // [B, T]
  Tensor loss = autograd::cross_entropy(logits, captions.target_out,
                                        {.ignored = nn::Vocab::pad});
  if (decoder.attend.read.hard) {
    check(training && baselines,
          "[Captioner] hard attention learns by draws: wanted an rng and "
          "baselines");
    loss = loss + reinforced(all, to_go(logits, captions, words), words,
                             options.reinforce, *baselines);
  }
  if (options.doubly == 0) return loss;
  return loss + penalty(all.weights, words) * options.doubly;
}

nn::Decoder Captioner::describe(const Tensor& pictures) const {
  const autograd::NoGrad no_grad;
  Source source = encode(pictures);
  return decoder.decoder(std::move(source.memory), source.state);
}

Parameters Captioner::parameters() const {
  return nn::nested({{"encoder", encoder.parameters()},
                     {"start", start.parameters()},
                     {"decoder", decoder.parameters()}});
}

}  // namespace attention
