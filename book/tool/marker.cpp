#include "book/tool/marker.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace weave {
namespace {

const std::array<std::string, 6> known{"code",   "run",    "result",
                                       "figure", "sketch", "num"};

bool is_prefix(const std::string& text) {
  return text.find_first_not_of("> ") == std::string::npos;
}

// True if the byte lies in a `code span` of the line.
bool in_code_span(const std::string& line, std::size_t at) {
  for (std::size_t i = 0; i < at;) {
    if (line[i] != '`') {
      ++i;
      continue;
    }
    const std::size_t end =
        std::min(line.find_first_not_of('`', i), line.size());
    const std::string run = line.substr(i, end - i);
    std::size_t close = line.find(run, end);
    while (close != std::string::npos && line[close + run.size()] == '`')
      close = line.find(run, line.find_first_not_of('`', close));
    if (close == std::string::npos) {
      i = end;
    } else {
      if (at < close) return at > i;
      i = close + run.size();
    }
  }
  return false;
}

}  // namespace

std::optional<Marker> find_marker(const std::string& line, std::size_t from) {
  const std::string open = "<!--", close = "-->";
  for (std::size_t at = from; (at = line.find(open, at)) != std::string::npos;
       at += open.size()) {
    const std::size_t end = line.find(close, at);
    const std::string inside = trim(
        line.substr(at + open.size(),
                    end == std::string::npos ? end : end - at - open.size()));
    const std::size_t colon = inside.find(':');
    const std::string word = inside.substr(0, colon);
    const bool is_word =
        colon != std::string::npos && !word.empty() &&
        std::all_of(word.begin(), word.end(),
                    [](unsigned char c) { return std::islower(c); });
    if (!is_word || in_code_span(line, at)) continue;
    if (std::find(known.begin(), known.end(), word) == known.end())
      throw std::runtime_error("unknown marker '" + word +
                               "'; known: code run result figure sketch num");
    if (end == std::string::npos)
      throw std::runtime_error("a marker must end on its line");
    Marker marker{word, trim(inside.substr(colon + 1)),
                  "",   line.substr(0, at),
                  at,   end + close.size()};
    const std::size_t hash = marker.subject.find('#');
    if (word != "sketch" && hash != std::string::npos) {
      marker.part = trim(marker.subject.substr(hash + 1));
      marker.subject = trim(marker.subject.substr(0, hash));
    }
    if (word == "num" && inside.find("--") != std::string::npos)
      throw std::runtime_error(
          "GitHub shows a num marker with -- in it: write <!-- num: # NAME "
          "--> below the run marker that has the flags");
    if (marker.subject.empty() && (word != "num" || marker.part.empty()))
      throw std::runtime_error("the marker '" + word + "' says nothing");
    return marker;
  }
  return {};
}

bool stands_alone(const Marker& marker) { return is_prefix(marker.prefix); }

std::string fence_of(const std::string& line) {
  const std::size_t begin = line.find("```");
  if (begin == std::string::npos || !is_prefix(line.substr(0, begin)))
    return "";
  const std::size_t end =
      std::min(line.find_first_not_of('`', begin), line.size());
  if (line.find('`', end) != std::string::npos) return "";  // a code span
  return line.substr(0, end);
}

bool closes(const std::string& line, const std::string& fence) {
  return line.starts_with(fence) &&
         trim(line.substr(fence.find('`'))).find_first_not_of('`') ==
             std::string::npos;
}

}  // namespace weave
