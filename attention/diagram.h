// The Transformer as a picture, drawn from the model itself.
#pragma once

#include <string>

#include "attention/transformer_seq2seq.h"

namespace attention {

// One layer of the encoder (left) and of the decoder (right), from the words
// below to the scores of the next word above: what each box does, how many
// numbers it trains, and the shapes on the edges. A box names its parameters
// where the pointer rests on it. Throws std::invalid_argument where a stack has
// no layer.
std::string svg_transformer(const TransformerSeq2Seq& model,
                            const std::string& title);

}  // namespace attention
