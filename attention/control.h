// Controls: what would a model do if its weights were not learnt? Between
// encoder and decoder lie keys, values and a mask (attention/attention.h), and
// each control changes one of the three; the decoder knows nothing of it.
#pragma once

#include <cstdint>
#include <vector>

#include "attention/attention.h"
#include "autograd/random.h"
#include "nn/corpus.h"

namespace attention {

// All keys alike, so all scores, so all weights: the mean of what is visible.
void make_uniform(Memory& memory);

// Keys that say where a word stands, and nothing of what it is; the same for
// every sentence. So the weights depend on the query and the place alone:
// Luong et al. 2015, section 3.1, "location".
void key_by_place(Memory& memory);

// The weight of one word is spent on another: the first lengths[b] values of
// each sentence, in an order drawn anew.
void shuffle_values(Memory& memory, const std::vector<int>& lengths,
                    autograd::Rng& rng);

// Tells the alignment: step t of T may read the words linked with target word
// t only; all of them where there is no such link. One list of links for each
// sentence of the memory.
void tell(Memory& memory, const std::vector<nn::Links>& links, int T);

}  // namespace attention
