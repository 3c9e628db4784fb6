// Attentions over memories, as the laws see them.
#pragma once

#include <memory>
#include <vector>

#include "attention/content.h"
#include "attention/hops.h"
#include "attention/kernel.h"
#include "autograd/random.h"
#include "tests/laws.h"

namespace laws {

// What the last of several hops reads.
inline Kind last_hop(int hops) {
  using namespace attention;
  autograd::Rng rng(11);
  const auto read =
      std::make_shared<Hops>(HopsOptions{.width = 5, .hops = hops}, rng);
  Kind kind;
  kind.name = autograd::text(hops, " hops");
  kind.attend = [read](const Tensor& query, const Tensor& keys,
                       const Tensor& values, const Mask& mask) {
    return (*read)(query, read->attend.prepare(keys, values, mask))
        .reads.back();
  };
  // The last H moves the state only, not what was read.
  if (hops > 1) kind.parameters = {read->update.weight};
  return kind;
}

inline std::vector<Kind> memory_kinds() {
  using namespace attention;
  Kind content = framed("content", Attention<ContentScore>());
  content.query = 6;  // the last is the sharpness
  return {framed("gaussian", Attention(GaussianScore{})),
          framed("narrow gaussian",
                 Attention(GaussianScore{.width = autograd::Real(0.5)})),
          content, last_hop(1), last_hop(2)};
}

}  // namespace laws
