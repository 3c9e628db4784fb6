#include "attention/self_reader.h"

namespace attention {
namespace {

PositionOptions position_of(const SelfReaderOptions& o) {
  PositionOptions position;
  position.kind = o.position;
  position.width = o.width;
  position.heads = o.heads;
  position.head = o.width / o.heads;
  position.longest = o.longest;
  position.clip = o.clip;
  return position;
}

MultiHeadOptions heads_of(const SelfReaderOptions& o) {
  MultiHeadOptions heads;
  heads.width = o.width;
  heads.heads = o.heads;
  heads.shared_heads = o.shared_heads;
  heads.output = o.output;
  heads.position = position_of(o);
  return heads;
}

}  // namespace

SelfReader::SelfReader(const SelfReaderOptions& options, nn::Rng& rng)
    : options(options),
      embedding(options.words, options.width, rng),
      position(position_of(options), rng),
      attend(heads_of(options), rng),
      hidden(options.width, options.hidden, rng),
      answer(options.hidden, options.answers, rng) {}

Tensor SelfReader::read(const Tensor& x, const Mask& mask) const {
  return attend(position(x), mask, nullptr);
}

Tensor SelfReader::answers(const Tensor& x, const Mask& mask) const {
  const Tensor placed = position(x);
  return answer(relu(hidden(placed + attend(placed, mask, nullptr))));
}

Tensor SelfReader::weights(const nn::Indices& ids, const Mask& mask) const {
  const Tensor x = position(embedding(ids));
  return attend.with_weights(x, attend.project(x, x), mask, nullptr).weights;
}

nn::Parameters SelfReader::parameters() const {
  return nn::nested({{"embedding", embedding.parameters()},
                     {"position", position.parameters()},
                     {"attend", attend.parameters()},
                     {"hidden", hidden.parameters()},
                     {"answer", answer.parameters()}});
}

}  // namespace attention
