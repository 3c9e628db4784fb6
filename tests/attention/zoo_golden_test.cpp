// Scores and alignments against the same written with PyTorch's ops.
#include <gtest/gtest.h>

#include <string>

#include "attention/any.h"
#include "attention/attention.h"
#include "attention/names.h"
#include "tests/support/golden.h"

namespace attention {
namespace {

using autograd::Rng;
using tests::Golden;

void expect_pytorch(const std::string& name, ScoreKind score,
                    AlignKind align = AlignKind::softmax) {
  SCOPED_TRACE(name);
  const Golden golden("zoo", name);
  ScoreOptions scores;
  scores.kind = score;
  scores.query = scores.key = 4;
  scores.width = 3;
  scores.longest = 6;
  scores.filters = 2;
  scores.kernel = 3;
  scores.coverage = name == "coverage";
  AlignOptions aligns;
  aligns.kind = align;
  aligns.query = 4;
  aligns.width = 3;
  aligns.window = align == AlignKind::local_m ? 1 : 2;
  aligns.renormalise = name == "local_p_renormalised";
  Rng rng(1);
  AnyScore any_score(scores, rng);
  AnyAlign any_align(aligns, rng);
  const Attention<AnyScore, AnyAlign> attend(any_score, any_align);
  golden.load(attend.parameters());

  const Tensor query = golden.variable("query"), keys = golden.variable("keys"),
               values = golden.variable("values");
  nn::Parameters inputs = {{"query", query}, {"values", values}};
  if (score != ScoreKind::location) inputs.push_back({"keys", keys});
  Step step;
  if (golden.has("previous")) {
    step.previous = step.coverage = golden.variable("previous");
    inputs.push_back({"previous", step.previous});
  }
  const Mask mask = Mask::padding(golden.integers("lengths"), keys.size(1));
  const auto [context, weights] =
      attend(query, attend.prepare(keys, values, mask), step);
  golden.expect("weights", weights);
  golden.expect("output", context);
  (autograd::sum(weights * golden["grad.weights"]) +
   autograd::sum(context * golden["grad.output"]))
      .backward();
  golden.expect_gradients(attend.parameters());
  golden.expect_gradients(inputs);
}

TEST(ZooGolden, ScoresAgreeWithPyTorch) {
  expect_pytorch("concat", ScoreKind::concat);
  expect_pytorch("cosine", ScoreKind::cosine);
  expect_pytorch("location", ScoreKind::location);
  expect_pytorch("location_aware", ScoreKind::location_aware);
  expect_pytorch("coverage", ScoreKind::additive);
}

TEST(ZooGolden, AlignmentsAgreeWithPyTorch) {
  for (const auto& [name, kind] :
       {std::pair("local_m", AlignKind::local_m),
        std::pair("local_p", AlignKind::local_p),
        std::pair("local_p_renormalised", AlignKind::local_p),
        std::pair("sigmoid", AlignKind::sigmoid),
        std::pair("sparsemax", AlignKind::sparsemax)})
    expect_pytorch(name, ScoreKind::scaled_dot, kind);
}

}  // namespace
}  // namespace attention
