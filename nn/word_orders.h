// Three small grammars of the same words in other orders: what attention that
// looks nearby can follow, and what it cannot.
#pragma once

#include <array>

#include "nn/grammar.h"

namespace nn {

enum class WordOrder {
  in_order,   // word for word: target word t is source word t
  articles,   // in order, but "the" has no counterpart, so places move
  reordered,  // Chinese order: time and place before the verb
};

inline constexpr std::array word_orders = {
    WordOrder::in_order, WordOrder::articles, WordOrder::reordered};

// Sentences of one clause or more, of 3 source words (4 with articles) or more.
// A fifth of the combinations of subject, verb and object is held out.
Grammar grammar_of(WordOrder order);

}  // namespace nn
