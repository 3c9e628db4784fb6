// Answers questions from a memory of sentences.
#pragma once

#include <vector>

#include "attention/hops.h"
#include "nn/embedding.h"

namespace attention {

struct MemoryNetworkOptions {
  int words = 0, answers = 0;  // how many of each there are
  int width = 32, hops = 1;
  int sentences = 0;  // that a story has at most
  // Whether a sentence is found by one vector and read as another (Miller et
  // al. 2016), or both by one.
  bool key_value = true;
};

// A sentence x_i, a question q: how often each word stands in it. Sukhbaatar et
// al. 2015, sections 2 and 4.1, with bags of words and layer-wise weights:
//   m_i = A x_i + T_A(age)    c_i = C x_i + T_C(age)    u_1 = B q
//   scores = W u_{K+1}
// where age is 0 for the last sentence of a story, 1 for the one before it.
struct MemoryNetwork {
  MemoryNetworkOptions options;
  nn::Linear key, value, query;      // A, C, B [width, words], no bias
  nn::Embedding key_age, value_age;  // T_A, T_C [sentences, width]
  Hops hops;
  nn::Linear answer;  // W [answers, width], no bias

  MemoryNetwork(const MemoryNetworkOptions& options, nn::Rng& rng);

  struct Outcome {
    Tensor scores;              // [B, answers]
    std::vector<Result> reads;  // of each hop: contexts [B, width] and
                                // weights [B, S]
  };
  // Once a story: sentences [B, S, words], lengths[b] of them in story b.
  Memory remember(const Tensor& sentences,
                  const std::vector<int>& lengths) const;
  // questions [B, words]
  Outcome operator()(const Tensor& questions, const Memory& memory) const;

  // Of what is used: with one vector a sentence, C and T_C are not.
  nn::Parameters parameters() const;
};

}  // namespace attention
