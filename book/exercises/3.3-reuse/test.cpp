#include <gtest/gtest.h>

#include <deque>

#include "answer.h"

namespace {

using exercise::add;
using exercise::backward;
using exercise::multiply;
using exercise::Number;

TEST(Reuse, ANumberTimesItself) {
  Number x{3};
  Number square = multiply(x, x);
  backward(square);
  EXPECT_EQ(square.value, 9) << "3 * 3";
  EXPECT_EQ(x.gradient, 6) << "x * x has the derivative 2 x: 3 from each side";
}

TEST(Reuse, ANumberPlusItself) {
  Number x{3};
  Number twice = add(x, x);
  backward(twice);
  EXPECT_EQ(x.gradient, 2) << "x + x is 2 x: 1 from each side";
}

TEST(Reuse, InTwoPlaces) {
  Number x{2}, y{5};
  Number product = multiply(x, y);
  Number result = add(product, x);
  backward(result);
  EXPECT_EQ(x.gradient, 6) << "x y + x has the derivative y + 1";
  EXPECT_EQ(y.gradient, 2) << "and x with respect to y";
}

TEST(Reuse, ADiamond) {
  Number x{2}, three{3};
  Number middle = multiply(x, three);
  Number left = multiply(middle, middle);
  Number right = add(middle, x);
  Number result = multiply(left, right);  // 9 x^2 * 4 x
  backward(result);
  EXPECT_EQ(result.value, 288) << "36 x^3 at 2";
  EXPECT_EQ(x.gradient, 432)
      << "108 x^2 at 2: a number waits until all that use it have reported";
}

TEST(Reuse, ALongChain) {
  Number x{1};
  std::deque<Number> chain;  // keeps its numbers in their places
  chain.push_back(add(x, x));
  for (int i = 1; i < 40; ++i) {
    chain.push_back(add(chain.back(), chain.back()));
  }
  backward(chain.back());
  EXPECT_EQ(x.gradient, 1099511627776.0)
      << "2^40 paths lead to x: pass each number once, not each path";
}

TEST(Reuse, AWeightOfARecurrentNetwork) {
  Number w{0.5}, state{1}, input{2};
  Number one = multiply(w, state), first = add(one, input);
  Number two = multiply(w, first), second = add(two, input);
  Number three = multiply(w, second);
  backward(three);  // w (w (w s + i) + i) = w^3 s + w^2 i + w i
  EXPECT_EQ(w.gradient, 4.75) << "3 w^2 s + 2 w i + i: a term from each step";
  EXPECT_EQ(input.gradient, 0.75) << "w^2 + w: a term from each step";
}

TEST(Reuse, AskedTwice) {
  Number x{3};
  Number square = multiply(x, x);
  Number cube = multiply(square, x);
  backward(cube);
  backward(cube);
  EXPECT_EQ(x.gradient, 27) << "3 x^2, the second time too: begin from 0";
  backward(square);
  EXPECT_EQ(x.gradient, 6) << "2 x: nothing is left of the cube's gradient";
}

}  // namespace
