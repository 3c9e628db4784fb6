#include "attention/view_step.h"

#include <algorithm>
#include <cmath>

#include "autograd/check.h"
#include "autograd/ops.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace attention {
namespace {

using autograd::Real;
using autograd::Tensor;
using autograd::text;
using nn::fixed;
using nn::px;

constexpr double kBar = 7, kHeight = 16;  // of a number
constexpr double kTop = 100, kRow = 46;   // the first source word, the next
constexpr double kGap = 36;

const nn::Svg::Style kNote{.size = 12, .paint = nn::muted};

double width_of(const Tensor& x) { return kBar * x.size(-1); }

// A vector as bars, up and down; its zero line at y.
void draw_vector(nn::Svg& svg, double x, double y, const Tensor& values) {
  for (int i = 0; i < values.size(0); ++i) {
    const double v = std::clamp(double(values.at({i})), -1.0, 1.0) * kHeight;
    svg.rect(x + kBar * i, v > 0 ? y - v : y, kBar - 2,
             std::max(std::abs(v), 1.0),
             svg.fill(v > 0 ? nn::accent : nn::gold), 1);
  }
}

// Where the columns begin, from left to right.
struct Columns {
  double state, score, weight, context, after, words, end;

  explicit Columns(const StepPicture& step) {
    double widest = 0;
    for (const auto& word : step.source)
      widest = std::max(widest, nn::text_width(word));
    state = 12 + widest + 14;
    score = state + std::max(width_of(step.states), 74.0) + kGap;
    weight = score + std::max(width_of(step.before), 54.0) + kGap;
    context = weight + 52 + 100;
    after = context + std::max(width_of(step.context), 74.0) + kGap;
    words = after + width_of(step.after) + kGap;
    end = words + 150;
  }
};

void draw_headings(nn::Svg& svg, const Columns& at) {
  const auto heading = [&](double x, const char* name, const char* what) {
    svg.text(x, 26, name, {.bold = true});
    svg.text(x, 46, what, kNote);
  };
  heading(at.state, "1 encode", "states h");
  heading(at.score, "2 score", "e");
  heading(at.weight, "3 align", "weights");
  heading(at.context, "4 read", "context c");
  heading(at.after, "5 update, emit", "state, next word");
}

void draw_source_word(nn::Svg& svg, const Columns& at, const StepPicture& step,
                      int s, double centre) {
  const double y = kTop + kRow * s;
  const Real weight = step.weights.at({s});
  const nn::Paint shade = nn::heat(std::clamp(double(weight), 0.0, 1.0));
  svg.text(at.state - 14, y + 5, step.source[static_cast<std::size_t>(s)],
           {.anchor = "end"});
  draw_vector(svg, at.state, y, autograd::select(step.states, 0, s));
  svg.text(at.score + 44, y + 5, fixed(double(step.scores.at({s})), 2),
           {.anchor = "end", .size = 14});
  svg.rect(at.weight, y - 15, 52, 30, svg.fill(shade));
  svg.text(at.weight + 26, y + 5, fixed(double(weight), 2),
           {.anchor = "middle", .size = 14, .paint = nn::ink_on(shade)});
  if (weight < Real(0.01)) return;
  const double x0 = at.weight + 56, x1 = at.context - 8;
  const std::string middle = px((x0 + x1) / 2);
  svg.path(text('M', px(x0), ' ', px(y), " C", middle, ' ', px(y), ' ', middle,
                ' ', px(centre), ' ', px(x1), ' ', px(centre)),
           svg.stroke(nn::accent), 10 * double(weight));
}

void check(const StepPicture& step) {
  const int S = static_cast<int>(step.source.size());
  const autograd::Shape row{S};
  autograd::check(S > 0 && !step.words.empty() && step.states.rank() == 2 &&
                      step.states.size(0) == S && step.scores.shape() == row &&
                      step.weights.shape() == row && step.before.rank() == 1 &&
                      step.after.rank() == 1 && step.context.rank() == 1,
                  "[svg_step] wanted states [", S, ", C], scores and weights ",
                  row, ", got ", step.states.shape(), ", ", step.scores.shape(),
                  " and ", step.weights.shape());
}

// What the picture shows, in words.
std::string description(const StepPicture& step) {
  std::string out = "Weights:";
  for (std::size_t s = 0; s < step.source.size(); ++s)
    out += text(' ', step.source[s], ' ',
                fixed(double(step.weights.at({static_cast<int>(s)})), 2));
  return out + text("; the next word is ", step.words[0].first, '.');
}

}  // namespace

std::string svg_step(const StepPicture& step) {
  check(step);
  const int S = static_cast<int>(step.source.size());
  const Columns at(step);
  const double centre = kTop + kRow * (S - 1) / 2;
  nn::Svg svg;
  draw_headings(svg, at);
  for (int s = 0; s < S; ++s) draw_source_word(svg, at, step, s, centre);

  const double below = kTop + kRow * S + 12;  // the query
  svg.text(at.score - 14, below + 5, "asked by the state before",
           {.anchor = "end", .size = 12, .paint = nn::muted});
  draw_vector(svg, at.score, below, step.before);
  svg.path(text('M', px(at.score + 24), ' ', px(below - 22), " v-16"),
           svg.stroke(nn::muted), 1.5);

  draw_vector(svg, at.context, centre, step.context);
  svg.path(text('M', px(at.context + width_of(step.context) + 8), ' ',
                px(centre), " H", px(at.after - 8)),
           svg.stroke(nn::muted), 1.5);
  draw_vector(svg, at.after, centre, step.after);
  for (std::size_t i = 0; i < step.words.size(); ++i) {
    const double y = centre + 32 * (double(i) - (step.words.size() - 1) / 2.0);
    const auto& [word, chance] = step.words[i];
    svg.text(at.words, y + 5, word);
    svg.rect(at.words + 56, y - 8, std::max(50 * chance, 1.0), 16,
             svg.fill(nn::accent), 2);
    svg.text(at.words + 112, y + 5, fixed(chance, 2), {.size = 12});
  }
  return svg.file(at.end, below + 30, "The five steps of one word",
                  description(step));
}

}  // namespace attention
