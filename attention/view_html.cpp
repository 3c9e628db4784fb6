#include "attention/view_html.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "attention/view.h"
#include "autograd/check.h"
#include "nn/colour.h"
#include "nn/json.h"
#include "nn/svg.h"
#include "nn/text.h"

namespace attention {

// The files of attention/viewer/, as the Makefile puts them into the library.
extern const char viewer_page_html[], viewer_style_css[], viewer_state_js[],
    viewer_tokens_js[], viewer_lines_js[], viewer_speech_js[],
    viewer_table_js[], viewer_controls_js[];

namespace {

using autograd::check;
using autograd::text;

constexpr int kLevels = 20;  // shades of the heat map
constexpr int kHeads = 8;    // colours of heads

// RFC 4648, section 4, of the numbers as little-endian binary32.
std::string base64(const std::vector<float>& numbers) {
  static constexpr char digits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint32_t> bytes;
  for (const float number : numbers)
    for (int shift = 0; shift < 32; shift += 8)
      bytes.push_back(std::bit_cast<std::uint32_t>(number) >> shift & 255);
  const std::size_t size = bytes.size();
  bytes.resize((size + 2) / 3 * 3);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t three =
        bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6)
      out += digits[three >> shift & 63];
  }
  const std::size_t filled = bytes.size() - size;
  return out.replace(out.size() - filled, filled, filled, '=');
}

template <class List, class Print>
std::string list(const List& items, const Print& print) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + print(item);
  return "[" + out + "]";
}

std::string json(const std::string& token) {
  return nn::json_string(nn::clean(token));
}

void check_sizes(const Viewer& viewer) {
  check(!viewer.weights.empty() && !viewer.weights[0].empty(),
        "[html] wanted weights of a layer and a head at least");
  for (const auto& layer : viewer.weights) {
    check(layer.size() == viewer.weights[0].size(), "[html] wanted ",
          viewer.weights[0].size(), " heads in every layer, got ",
          layer.size());
    for (const auto& head : layer)
      Map{viewer.source, viewer.target, head, viewer.gold, ""}.check();
  }
  check(viewer.guesses.empty() || viewer.guesses.size() == viewer.target.size(),
        "[html] wanted guesses for ", viewer.target.size(), " tokens, got ",
        viewer.guesses.size());
  for (const auto& step : viewer.guesses)
    for (const auto& [token, probability] : step)
      check(probability >= 0 && probability <= 1.001,
            "[html] wanted a probability from 0 to 1, got ", probability,
            " of '", token, "'");
}

// No '<' is left in it, so no token can end the element that it stands in.
std::string data(const Viewer& viewer) {
  const std::string whole =
      text("{\"title\":", json(viewer.title),
           ",\"source\":", list(viewer.source, json),
           ",\"target\":", list(viewer.target, json), ",\"weights\":",
           list(viewer.weights,
                [](const auto& layer) {
                  return list(layer, [](const auto& head) {
                    return '"' + base64(head) + '"';
                  });
                }),
           ",\"gold\":",
           list(viewer.gold,
                [](const auto& link) {
                  return text('[', link.first, ',', link.second, ']');
                }),
           ",\"guesses\":",
           list(viewer.guesses,
                [](const auto& step) {
                  return list(step, [](const auto& guess) {
                    return text('[', json(guess.first), ',',
                                nn::fixed(guess.second, 6), ']');
                  });
                }),
           ",\"opens\":", json(viewer.opens), "}");
  std::string safe;
  for (const char c : whole)
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  return safe;
}

// The colours of one theme; levels of the heat map as --c0 ... with the ink
// upon them as --t0 ..., heads as --h0 ....
std::string theme(nn::Rgb nn::Paint::*shown) {
  std::string out;
  const auto add = [&](const std::string& name, const nn::Paint& paint) {
    out += text("--", name, ':', nn::hex(paint.*shown), ';');
  };
  add("page", nn::page);
  add("panel", nn::panel);
  add("ink", nn::ink);
  add("muted", nn::muted);
  add("rule", nn::rule);
  add("accent", nn::accent);
  add("gold", nn::gold);
  for (int i = 0; i < kHeads; ++i) add(text('h', i), nn::series(i));
  for (int i = 0; i <= kLevels; ++i) {
    const nn::Paint shade = nn::heat(i * 1.0 / kLevels);
    add(text('c', i), shade);
    add(text('t', i), nn::ink_on(shade));
  }
  return "{" + out + "}";
}

std::string colours() {
  std::string out = ":root" + theme(&nn::Paint::light) +
                    "\n@media(prefers-color-scheme:dark){:root" +
                    theme(&nn::Paint::dark) + "}\n";
  for (int i = 0; i <= kLevels; ++i)
    out +=
        text(".l", i, "{background:var(--c", i, ");color:var(--t", i, ")}\n");
  for (int i = 0; i < kHeads; ++i)
    out += text(".head", i, "{background:var(--h", i, ")}\n");
  return out;
}

}  // namespace

std::string html(const Viewer& viewer) {
  check_sizes(viewer);
  const std::string numbers = data(viewer);
  const std::pair<std::string_view, std::string> parts[] = {
      {"title", nn::escape(viewer.title)},
      {"nonce", nn::digest(numbers)},  // which no token can foresee
      {"style", colours() + viewer_style_css},
      {"data", numbers},
      {"script", text(viewer_state_js, viewer_tokens_js, viewer_lines_js,
                      viewer_speech_js, viewer_table_js, viewer_controls_js)}};
  std::string out;
  std::string_view rest = viewer_page_html;
  for (std::size_t at; (at = rest.find("{{")) != rest.npos;) {
    out += rest.substr(0, at);
    rest.remove_prefix(at + 2);
    const std::size_t end = rest.find("}}");
    for (const auto& [name, part] : parts)
      if (name == rest.substr(0, end)) out += part;
    rest.remove_prefix(end + 2);
  }
  return out += rest;
}

}  // namespace attention
