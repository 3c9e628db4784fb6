#pragma once

#include <cstdint>

namespace exercise {

// A Transformer layer: self-attention of `heads` heads over vectors of `width`
// numbers, each head of width / heads, with maps for queries, keys, values and
// the output; then a feed-forward of two maps, through `hidden` numbers.
struct Layer {
  std::int64_t width = 0, heads = 1, hidden = 0;
};

// The multiply-adds of all products of the layer over so many words that read
// each other, all of them. Softmax, biases and norms are no products.
std::int64_t layer_work(const Layer& layer, std::int64_t words);

// The least number of words for which the scores and contexts take more
// multiply-adds than all six maps.
std::int64_t long_sentence(const Layer& layer);

// The multiply-adds of writing words one after another, where the keys and
// values of earlier words are kept, and word t reads words 1 to t.
std::int64_t writing_work(const Layer& layer, std::int64_t words);

}  // namespace exercise
