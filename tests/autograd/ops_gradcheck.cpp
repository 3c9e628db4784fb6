// Every op of the catalogue against differences: awkward sizes, every kind of
// window, repeated operands.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>

#include "autograd/gradcheck.h"
#include "tests/autograd/ops_table.h"

namespace autograd {
namespace {

using Operands = std::vector<Tensor>;

enum class View { plain, transposed, sliced, expanded_first, expanded_last };
constexpr View views[] = {View::plain, View::transposed, View::sliced,
                          View::expanded_first, View::expanded_last};

Tensor filled(const Shape& shape, Fill fill, Rng& rng) {
  if (fill == Fill::positive) return Tensor::uniform(shape, 0.5, 2, rng);
  if (fill == Fill::normal) return Tensor::normal(shape, 0, 1, rng);
  std::vector<int> order;
  for (int i = 0; i < element_count(shape); ++i) order.push_back(i);
  shuffle(order, rng);
  const Real offset = rng.below(2) ? Real(0.025) : Real(0.075);
  std::vector<Real> values;
  const int half = static_cast<int>(order.size()) / 2;
  for (int i : order)
    values.push_back(fill == Fill::mask ? Real(i % 2)
                                        : Real(i - half) / 10 + offset);
  return Tensor::from(shape, values);
}

// A window of the wanted shape on a leaf of another.
Tensor operand(const Shape& shape, View view, Fill fill, Rng& rng) {
  const int last = shape.rank() - 1;
  auto leaf = [&](const Shape& of) {
    Tensor x = filled(of, fill, rng);
    x.requires_grad(fill != Fill::mask);
    return x;
  };
  if (view == View::transposed && last >= 1)
    return transpose(leaf(shape.swapped(last - 1, last)));
  if (view == View::sliced && last >= 0)
    return slice(leaf(shape.with(last, 2 * shape[last] + 2)), last, 1,
                 2 * shape[last] + 1, 2);
  if (view == View::expanded_first && last >= 0)
    return expand(leaf(shape.with(0, 1)), shape);
  if (view == View::expanded_last && last >= 0)
    return expand(leaf(shape.with(last, 1)), shape);
  return leaf(shape);
}

// Under a sanitizer, which is slow and looks at what is read and written, the
// same ops run on the same operands, but fewer elements move.
#ifdef ATTENTION_SANITIZED
constexpr GradientCheckOptions options = {.every = 13};
#else
constexpr GradientCheckOptions options;
#endif

constexpr int sizes[] = {0, 1, 7, 8, 9, 33};

void run(const Row& row, int n) {
  const Shapes shapes = row.shapes(n);
  auto fill = [&](std::size_t i) {
    return i < row.fill.size() ? row.fill[i] : Fill::normal;
  };
  for (std::size_t special = 0; special <= shapes.size(); ++special)
    for (View view : views) {
      // One operand is the special window, or at the end all of them are.
      if (special == shapes.size() && view == View::plain) continue;
      if (shapes.size() == 1 && special == 1) continue;
      if (special > 0 && view == View::plain) continue;
      Rng rng(11);
      Operands x;
      for (std::size_t i = 0; i < shapes.size(); ++i) {
        const bool plain = special < shapes.size() && i != special;
        x.push_back(
            operand(shapes[i], plain ? View::plain : view, fill(i), rng));
      }
      SCOPED_TRACE(autograd::text(row.op, ", size ", n, ", operand ", special,
                                  ", view ", int(view)));
      EXPECT_NO_THROW(check_gradients(row.op, row.function, x, options));
    }
  if (shapes.size() < 2 || shapes[0] != shapes[1] || fill(0) == mask ||
      fill(1) == mask)
    return;
  Rng rng(12);
  Operands x;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    x.push_back(i > 0 && shapes[i] == shapes[0]
                    ? x[0]
                    : operand(shapes[i], View::plain, fill(i), rng));
  SCOPED_TRACE(autograd::text(row.op, ", size ", n, ", repeated"));
  EXPECT_NO_THROW(check_gradients(row.op, row.function, x, options));
}

class EveryOp : public testing::TestWithParam<int> {};

TEST_P(EveryOp, HasTheGradientOfItsFormula) {
  for (const Row& row : catalogue())
    if (GetParam() >= row.least) run(row, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Sizes, EveryOp, testing::ValuesIn(sizes));

// As many rows for each name as ops.h declares functions of that name.
TEST(OpsTable, MissesNoOpOfTheCatalogue) {
  std::ifstream file(std::string(ATTENTION_SOURCE_DIR) + "/autograd/ops.h");
  const std::regex declaration(
      R"(^(?:Tensor|std::vector<Tensor>|Sequence) (operator.|\w+)\()");
  std::map<std::string, int> declared, listed;
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (std::regex_search(line, match, declaration)) ++declared[match[1]];
  }
  for (const Row& row : catalogue()) ++listed[row.op];
  EXPECT_GE(declared.size(), 35u);
  for (const auto& [op, count] : declared)
    EXPECT_GE(listed[op], count) << op << " is missing from the table";
  for (const auto& [op, count] : listed)
    EXPECT_TRUE(declared.count(op)) << op << " is not in ops.h";
}

}  // namespace
}  // namespace autograd
