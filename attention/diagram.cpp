#include "attention/diagram.h"

#include <algorithm>
#include <cmath>

#include "attention/names.h"
#include "autograd/check.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace attention {
namespace {

using autograd::text;
using nn::px;
using nn::Svg;

constexpr double kMargin = 16, kBox = 248, kTall = 46, kFlat = 26, kGap = 20;
constexpr double kAdd = 9;               // radius of a sum
constexpr double kLane = kBox / 2 + 16;  // of residuals, from a column's middle
constexpr double kFrame = kLane + 12;    // half the width of a layer's frame
constexpr double kBetween = 64;          // frames of the two columns

const Svg::Style kName{.anchor = "middle", .size = 14};
const Svg::Style kNote{.anchor = "middle", .size = 12.5, .paint = nn::muted};
const Svg::Style kShape{.size = 12, .paint = nn::muted, .mono = true};

// Those of the parameters whose names begin with one of these.
Parameters under(const Parameters& all,
                 const std::vector<std::string>& prefixes) {
  Parameters found;
  for (const nn::NamedTensor& one : all)
    for (const std::string& prefix : prefixes)
      if (one.name.starts_with(prefix)) found.push_back(one);
  return found;
}

std::string listed(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, tensor] : parameters)
    out += text(out.empty() ? "" : ", ", name, ' ', tensor.shape());
  return out;
}

// Boxes one above the other around a middle line, from below.
struct Column {
  Svg& svg;
  const Parameters& all;  // of the model
  double x, y;            // where the next edge begins
  int side;               // of the residuals: -1 left, 1 right

  void line(const std::string& path) {
    svg.path(path, svg.stroke(nn::muted), 1.5);
  }
  void head(double px0, double py0, int dx, int dy) {  // of an arrow
    line(text('M', px(px0 - 6 * dx - 4 * dy), ' ', px(py0 - 6 * dy - 4 * dx),
              " L", px(px0), ' ', px(py0), " L", px(px0 - 6 * dx + 4 * dy), ' ',
              px(py0 - 6 * dy + 4 * dx)));
  }

  void edge(const std::string& shape = "") {
    line(text('M', px(x), ' ', px(y), " V", px(y - kGap + 2)));
    head(x, y - kGap + 2, 0, -1);
    if (!shape.empty()) {  // beside the residual's way
      Svg::Style style = kShape;
      if (side > 0) style.anchor = "end";
      svg.text(x - 8 * side, y - kGap / 2 + 4, shape, style);
    }
    y -= kGap;
  }
  void words(const std::string& what) {
    svg.text(x, y - 4, what, kName);
    y -= 20;
  }
  // With the parameters of those prefixes; `note` before their number.
  void box(const std::string& name, const std::string& note,
           const std::vector<std::string>& prefixes) {
    const Parameters own = under(all, prefixes);
    const bool flat = note.empty();
    const double tall = flat ? kFlat : kTall;
    const std::string count = nn::thousands(nn::parameter_count(own));
    y -= tall;
    if (!own.empty()) svg.begin(listed(own));
    svg.rect(x - kBox / 2, y, kBox, tall,
             svg.fill(nn::page) + ' ' + svg.stroke(nn::accent), 6);
    svg.text(x, y + 18, flat ? text(name, " · ", count) : name, kName);
    if (!flat)
      svg.text(x, y + 36, own.empty() ? note : text(note, " · ", count), kNote);
    if (!own.empty()) svg.end();
  }
  // A sum of what comes from below and, where it is not the same, of what was
  // at height `from`.
  void sum(double from) {
    const double middle = y - kAdd, lane = x + side * kLane;
    line(text('M', px(x), ' ', px(from), " H", px(lane), " V", px(middle), " H",
              px(x + side * (kAdd + 2))));
    head(x + side * (kAdd + 2), middle, -side, 0);
    plus();
  }
  void plus() {
    y -= 2 * kAdd;
    const double middle = y + kAdd;
    svg.circle(x, middle, kAdd,
               svg.fill(nn::page) + ' ' + svg.stroke(nn::accent));
    line(text('M', px(x - 5), ' ', px(middle), " H", px(x + 5), " M", px(x),
              ' ', px(middle - 5), " V", px(middle + 5)));
  }
};

struct SubLayer {
  std::string name, note;
  std::vector<std::string> own, norm;  // prefixes of parameters
  bool reads_source = false;
};

std::vector<SubLayer> sub_layers(const TransformerOptions& o, bool decoder) {
  const std::string layer = decoder ? "decoder.layers.0." : "encoder.layers.0.";
  const int groups = o.shared_heads > 0 ? o.shared_heads : o.heads;
  const std::string heads =
      text(o.heads, " heads of ", o.width / std::max(1, o.heads),
           groups < o.heads ? text(", ", groups, " of keys") : "");
  const bool within = o.position == PositionKind::rotary ||
                      o.position == PositionKind::alibi ||
                      o.position == PositionKind::relative;
  std::vector<SubLayer> found = {
      {decoder ? "Self-attention, causal" : "Self-attention",
       within ? text(heads, ", ", name_of(o.position)) : heads,
       {layer + "self_attn."},
       {layer + "norm1."}}};
  found.push_back({"Feed-forward",
                   text(o.width, " → ", o.feed_forward, " → ", o.width, ", ",
                        name_of(o.activation)),
                   {layer + "linear", layer + "gate."},
                   {layer + (decoder ? "norm3." : "norm2.")}});
  if (decoder)
    found.insert(o.cross_last ? found.end() : found.begin() + 1,
                 {"Attention to the source",
                  heads,
                  {layer + "multihead_attn."},
                  {layer + "norm2."},
                  true});
  return found;
}

// A layer in its frame; returns the height of the box that reads the source.
double draw_layer(Column& at, const TransformerOptions& o, bool decoder,
                  const std::string& shape) {
  const std::string norm = o.rms_norm ? "RMS norm" : "Layer norm";
  const double bottom = at.y;
  double reads = 0;
  bool first = true;
  for (const SubLayer& sub : sub_layers(o, decoder)) {
    at.edge(first ? shape : "");
    const double fork = at.y + kGap - 4;
    first = false;
    if (o.norm_first) {
      at.box(norm, "", sub.norm);
      at.edge();
    }
    at.box(sub.name, sub.note, sub.own);
    if (sub.reads_source) reads = at.y + kTall / 2;
    at.edge();
    at.sum(fork);
    if (o.norm_first) continue;
    at.edge();
    at.box(norm, "", sub.norm);
  }
  const int layers = decoder ? o.decoder_layers : o.encoder_layers;
  at.svg.path(
      text('M', px(at.x - kFrame), ' ', px(at.y - 8), " h", px(2 * kFrame),
           " V", px(bottom - 2), " h", px(-2 * kFrame), " z"),
      at.svg.stroke(nn::rule), 1.5);
  at.svg.text(at.x - kFrame + 2, bottom + 14, text("× ", layers),
              {.bold = true});
  return reads;
}

// From the words to the top of a stack.
double draw_stack(Column& at, const TransformerSeq2SeqOptions& o,
                  bool decoder) {
  const TransformerOptions& s = o.stack;
  const int V = decoder ? o.target_words : o.source_words;
  const char* T = decoder ? "T" : "S";
  const std::string side = decoder || o.share ? "target" : "source";
  at.words(decoder ? "<s> and the words so far" : "source words");
  at.edge(text("[B, ", T, ']'));
  at.box("Embedding",
         text(V, " × ", s.width, decoder && o.share ? ", shared" : ""),
         {side + "_embedding."});
  if (s.position == PositionKind::sinusoidal ||
      s.position == PositionKind::learned) {
    at.edge();
    const auto learned = nn::parameter_count(
        under(at.all, {decoder ? "target_position." : "source_position."}));
    at.plus();
    at.svg.text(at.x + 14, at.y + kAdd + 4,
                text(name_of(s.position), " positions",
                     learned > 0 ? " · " + nn::thousands(learned) : ""),
                {.size = 12.5, .paint = nn::muted});
  } else {
    at.line(text('M', px(at.x), ' ', px(at.y), " v", px(-kGap)));
    at.y -= kGap;
  }
  const double reads =
      draw_layer(at, s, decoder, text("[B, ", T, ", ", s.width, ']'));
  if (s.norm_first || s.final_norm) {
    at.edge();
    at.box(s.rms_norm ? "RMS norm" : "Layer norm", "",
           {decoder ? "decoder.norm." : "encoder.norm."});
  }
  return reads;
}

std::string described(const TransformerSeq2SeqOptions& o,
                      const Parameters& all) {
  const TransformerOptions& s = o.stack;
  return text("An encoder of ", s.encoder_layers, " and a decoder of ",
              s.decoder_layers, " layers, ", s.width, " wide, with ", s.heads,
              " heads, a feed-forward ", s.feed_forward, " wide inside, ",
              name_of(s.position), " positions and norms ",
              s.norm_first ? "before" : "after",
              " each sub-layer: ", nn::thousands(nn::parameter_count(all)),
              " numbers in all.");
}

}  // namespace

std::string svg_transformer(const TransformerSeq2Seq& model,
                            const std::string& title) {
  const TransformerSeq2SeqOptions& o = model.options;
  autograd::check(o.stack.encoder_layers > 0 && o.stack.decoder_layers > 0,
                  "[svg_transformer] wanted a layer at least in each stack");
  const Parameters all = model.parameters();
  const double left = kMargin + kFrame, right = left + 2 * kFrame + kBetween;
  // Drawn from 0 upwards, then once more from where that ends.
  double height = 0;
  Svg svg;
  for (const bool last : {false, true}) {
    svg = Svg();
    Column encoder{svg, all, left, height - kMargin, -1};
    Column decoder{svg, all, right, height - kMargin, 1};
    draw_stack(encoder, o, false);
    const double reads = draw_stack(decoder, o, true);
    const double lane = left + kFrame + kBetween / 2, up = encoder.y - kGap;
    encoder.line(text('M', px(left), ' ', px(encoder.y), " V", px(up), " H",
                      px(lane), " V", px(reads), " H",
                      px(right - kBox / 2 - 2)));
    encoder.head(right - kBox / 2 - 2, reads, 1, 0);
    svg.text(left + 8, up - 6, text("[B, S, ", o.stack.width, ']'), kShape);
    decoder.edge(text("[B, T, ", o.stack.width, ']'));
    decoder.box("Output",
                text(o.stack.width, " → ", o.target_words,
                     o.tie ? ", the embedding again" : ""),
                {"output."});
    decoder.edge(text("[B, T, ", o.target_words, ']'));
    decoder.words("scores of the next word");
    if (!last) height = std::ceil(kMargin - std::min(encoder.y, decoder.y));
  }
  return svg.file(right + kFrame + kMargin, height, title, described(o, all));
}

}  // namespace attention
