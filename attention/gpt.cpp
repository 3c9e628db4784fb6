#include "attention/gpt.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>

#include "autograd/check.h"
#include "autograd/graph.h"
#include "nn/dropout.h"
#include "nn/init.h"

namespace attention {

using autograd::check;
using autograd::slice;
using nn::Indices;

GptOptions llama(GptOptions sizes) {
  sizes.activation = nn::Activation::swiglu;
  sizes.rms_norm = true;
  sizes.bias = false;
  sizes.tie = false;
  sizes.position = PositionKind::rotary;
  return sizes;
}

TransformerOptions stack_of(const GptOptions& o) {
  const bool swiglu = o.activation == nn::Activation::swiglu;
  const int hidden = swiglu ? (8 * o.width + 23) / 24 * 8 : 4 * o.width;
  TransformerOptions stack;
  stack.width = o.width;
  stack.heads = o.heads;
  stack.shared_heads = o.shared_heads;
  stack.feed_forward = o.feed_forward > 0 ? o.feed_forward : hidden;
  stack.encoder_layers = o.layers;
  stack.decoder_layers = 0;
  stack.activation = o.activation;
  stack.norm_first = true;
  stack.rms_norm = o.rms_norm;
  stack.bias = o.bias;
  stack.dropout = o.dropout;
  stack.weight_dropout = o.dropout;
  stack.position = o.position;
  stack.longest = o.context;
  stack.epsilon = o.epsilon;
  stack.recompute = o.recompute;
  return stack;
}

namespace {

const GptOptions& checked(const GptOptions& o) {
  check(o.words > 0 && o.layers > 0 && o.context > 0,
        "[Gpt] wanted words, layers and a context, got ", o.words, " words, ",
        o.layers, " layers and a context of ", o.context);
  return o;
}

PositionOptions positions_of(const GptOptions& o) {
  PositionOptions result;
  result.kind = o.position;
  result.width = o.width;
  result.longest = o.context;
  return result;
}

bool ends(const std::string& name, const std::string& end) {
  return name.size() >= end.size() &&
         name.compare(name.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

Gpt::Gpt(const GptOptions& o, Rng& rng)
    : options(checked(o)),
      embedding(o.words, o.width, rng),
      position(positions_of(o), rng),
      stack(stack_of(o), rng) {
  if (!o.tie)
    output.emplace(
        nn::LinearOptions{.in = o.width, .out = o.words, .bias = false}, rng);
  const Real deviation = Real(0.02);
  const Real last = deviation / std::sqrt(static_cast<Real>(2 * o.layers));
  for (const auto& [name, tensor] : parameters())
    if (tensor.rank() >= 2)
      nn::init::normal(
          tensor, 0,
          ends(name, "out_proj.weight") || ends(name, "linear2.weight")
              ? last
              : deviation,
          rng);
    else if (ends(name, "bias"))
      nn::init::zeros(tensor);
}

Tensor Gpt::states(const Indices& ids, Rng* training,
                   std::vector<Cache>* caches,
                   std::vector<LayerWeights>* weights) const {
  check(ids.shape().rank() == 2, "[Gpt] wanted ids [B, T], got ", ids.shape());
  const int T = ids.shape()[1];
  const int first = caches && !caches->empty() ? (*caches)[0].length : 0;
  const Tensor x = nn::Dropout{options.dropout}(position(embedding(ids), first),
                                                training);  // [B, T, W]
  return stack(x, Mask::causal(T, first + T), training, caches, weights);
}

Tensor Gpt::read_out(const Tensor& states) const {
  return output ? (*output)(states)
                : autograd::linear(states, embedding.weight);
}

Tensor Gpt::logits(const Indices& ids, Rng* training,
                   std::vector<Cache>* caches,
                   std::vector<LayerWeights>* weights) const {
  return read_out(states(ids, training, caches, weights));
}

Tensor Gpt::loss(const Indices& ids, const Indices& targets,
                 Rng* training) const {
  return autograd::cross_entropy(logits(ids, training), targets);
}

// ---- Decoding

namespace {

// Prompts of one length, which are decoded together.
struct Group {
  std::vector<int> rows;  // their hypotheses among all
  std::vector<Cache> caches;
  std::vector<LayerWeights> weights;
  Tensor scores;   // [rows, V]
  Tensor reading;  // [rows, S], of the head shown
};

std::vector<Group> grouped(const std::vector<std::vector<int>>& prompts) {
  std::map<std::size_t, Group> by_length;
  for (std::size_t i = 0; i < prompts.size(); ++i)
    by_length[prompts[i].size()].rows.push_back(static_cast<int>(i));
  std::vector<Group> groups;
  for (auto& [length, group] : by_length) groups.push_back(std::move(group));
  return groups;
}

// The tokens that a group's rows are fed: [rows, T].
Indices fed(const Group& group, const std::vector<std::vector<int>>& tokens) {
  std::vector<int> ids;
  for (int row : group.rows)
    for (int id : tokens[static_cast<std::size_t>(row)]) ids.push_back(id);
  const int R = static_cast<int>(group.rows.size());
  return Indices({R, static_cast<int>(ids.size()) / R}, ids);
}

// What the groups have of all hypotheses, [B, N, widest], with zeros after
// what is narrower.
Tensor together(const std::vector<Group>& groups, Tensor Group::*part, int B,
                int N) {
  int widest = 0;
  for (const Group& group : groups)
    widest = std::max(widest, (group.*part).size(1));
  Tensor all = Tensor::zeros({B * N, widest});
  for (const Group& group : groups)
    for (std::size_t i = 0; i < group.rows.size(); ++i) {
      const Tensor row = autograd::select(group.*part, 0, static_cast<int>(i));
      const Tensor place = autograd::select(all, 0, group.rows[i]);
      slice(place, 0, 0, row.size(0)).copy_from(row);
    }
  return autograd::reshape(all, {B, N, widest});
}

}  // namespace

nn::Decoder Gpt::decoder(const std::vector<std::vector<int>>& prompts,
                         std::optional<HeadChoice> shown) const {
  check(!prompts.empty(), "[Gpt] wanted a prompt, got none");
  for (const auto& prompt : prompts)
    check(!prompt.empty(), "[Gpt] wanted prompts of a token or more");
  struct State {
    std::vector<Group> groups;
    std::vector<std::vector<int>> prompts;  // until they have been read
  };
  auto now = std::make_shared<State>();
  now->groups = grouped(prompts);
  now->prompts = prompts;
  const HeadChoice choice = shown.value_or(HeadChoice{});
  const auto layer =
      static_cast<std::size_t>(layer_of(choice, options.layers, options.heads));
  for (Group& group : now->groups) {
    group.weights.assign(stack.layers.size(), {.want_self = false});
    group.weights[layer].want_self = shown.has_value();
  }

  nn::Decoder decoder;
  decoder.step = [this, now, shown, choice, layer](const Indices& tokens) {
    const autograd::NoGrad no_grad;
    const int B = tokens.shape()[0], N = tokens.shape()[1];
    std::vector<std::vector<int>> next = std::move(now->prompts);
    now->prompts.clear();
    if (next.empty())
      for (int token : tokens) next.push_back({token});
    check(static_cast<int>(next.size()) == B * N,
          "[Gpt] wanted one hypothesis for each of ", next.size(),
          " prompts, got tokens ", tokens.shape());
    for (Group& group : now->groups) {
      const Tensor y = states(fed(group, next), nullptr, &group.caches,
                              &group.weights);  // [rows, T, W]
      group.scores = read_out(autograd::select(y, 1, -1));
      if (shown)
        group.reading =
            autograd::select(head_of(choice, group.weights[layer].self), 1, -1);
    }
    nn::Prediction result;
    result.log_probabilities =
        autograd::log_softmax(together(now->groups, &Group::scores, B, N));
    if (shown) result.weights = together(now->groups, &Group::reading, B, N);
    return result;
  };
  decoder.reorder = [now](const Indices& from) {
    Group& group = now->groups[0];
    for (Cache& cache : group.caches) cache.reorder(from);
    group.rows.resize(static_cast<std::size_t>(from.size()));
    std::iota(group.rows.begin(), group.rows.end(), 0);
  };
  return decoder;
}

Parameters Gpt::parameters() const {
  return nn::nested({{"embedding", embedding.parameters()},
                     {"position", position.parameters()},
                     {"", stack.parameters()},
                     {"output", nn::parameters_of(output)}});
}

std::int64_t parameter_count(const GptOptions& o) {
  const bool learned = o.position == PositionKind::learned;
  return encoder_count(stack_of(o)) +
         std::int64_t{o.width} *
             (o.words + (o.tie ? 0 : o.words) + (learned ? o.context : 0));
}

}  // namespace attention
