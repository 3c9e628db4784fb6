#include <algorithm>
#include <cctype>

#include "book/tool/lint.h"
#include "book/tool/marker.h"

namespace weave {
namespace {

void blank(std::string& text, std::size_t begin, std::size_t end, char with) {
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i)
    if (text[i] != '\n') text[i] = with;
}

// The run of back quotes of the same length that closes the one at `at`,
// before the paragraph ends.
std::size_t closing_run(const std::string& text, std::size_t at,
                        std::size_t length) {
  const std::size_t paragraph = std::min(text.find("\n\n", at), text.size());
  for (std::size_t i = at + length; i < paragraph;) {
    if (text[i] != '`') {
      ++i;
      continue;
    }
    const std::size_t end = std::min(text.find_first_not_of('`', i), paragraph);
    if (end - i == length) return i;
    i = end;
  }
  return std::string::npos;
}

// The spans of code and mathematics of a page without blocks.
void blank_spans(Prose& page) {
  std::string& text = page.text;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 2, "$`") == 0) {
      const std::size_t line = std::min(text.find('\n', at), text.size());
      const std::size_t close = text.find("`$", at + 2);
      if (close == std::string::npos || close > line) {
        page.unclosed.push_back(at);
        blank(text, at, at + 2, ' ');
        at += 2;
      } else {
        page.math.push_back({at, close + 2});
        blank(text, at, close + 2, '\1');
        at = close + 2;
      }
    } else if (text[at] == '`') {
      const std::size_t length =
          std::min(text.find_first_not_of('`', at), text.size()) - at;
      const std::size_t close = closing_run(text, at, length);
      const bool open = close == std::string::npos;
      if (!open) blank(text, at, close + length, '\2');
      at = open ? at + length : close + length;
    } else {
      ++at;
    }
  }
}

// Signs outside ASCII that GitHub drops from an id.
bool is_sign(char32_t c) {
  return (c >= 0x80 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) ||
         c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x2bff) ||
         (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) ||
         (c >= 0xff00 && c <= 0xff0f) || (c >= 0xff1a && c <= 0xff20) ||
         (c >= 0xff3b && c <= 0xff40) || (c >= 0xff5b && c <= 0xff65) ||
         c >= 0x1f000;
}

// [text](target) as text.
std::string without_targets(std::string heading) {
  for (std::size_t at; (at = heading.find("](")) != std::string::npos;)
    heading.erase(at, heading.find(')', at) - at + 1);
  return heading;
}

}  // namespace

Prose prose(const std::string& markdown) {
  Prose page{markdown, {}, {}};
  std::string fence;
  std::size_t at = 0;
  for (const std::string& line : split(markdown)) {
    const std::string opens = fence.empty() ? fence_of(line) : "";
    const bool ends = !fence.empty() && closes(line, fence);
    if (!fence.empty() || !opens.empty())
      blank(page.text, at, at + line.size(), ' ');
    if (!opens.empty()) fence = opens;
    if (ends) fence.clear();
    at += line.size() + 1;
  }
  std::string& text = page.text;
  for (at = 0; (at = text.find("<!--", at)) != std::string::npos;)
    blank(text, at, std::min(text.find("-->", at), text.size() - 3) + 3, ' ');
  blank_spans(page);
  return page;
}

std::string slug(const std::string& heading) {
  const std::string text = without_targets(heading);
  std::string id;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if (c == ' ')
      id += '-';
    else if (c < 0x80 &&
             (std::isalnum(static_cast<int>(c)) || c == '-' || c == '_'))
      id += static_cast<char>(std::tolower(static_cast<int>(c)));
    else if (c >= 0x80 && !is_sign(c))
      id += text.substr(begin, at - begin);
  }
  return id;
}

std::set<std::string> ids(const std::string& markdown) {
  const Lines lines = split(markdown), clear = split(prose(markdown).text);
  std::set<std::string> all;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::string open : {"<a id=\"", "<a name=\""})
      if (const auto at = clear[i].find(open); at != std::string::npos) {
        const std::size_t begin = at + open.size();
        all.insert(clear[i].substr(begin, clear[i].find('"', begin) - begin));
      }
    const std::size_t level = clear[i].find_first_not_of('#');
    if (level == 0 || level > 6 || clear[i][level] != ' ') continue;
    std::string heading = trim(lines[i].substr(level));
    if (const auto end = heading.find_last_not_of('#');
        end != std::string::npos && heading[end] == ' ')
      heading = trim(heading.substr(0, end));
    const std::string id = slug(heading);
    std::string fresh = id;
    for (int n = 1; all.count(fresh); ++n) fresh = id + "-" + std::to_string(n);
    all.insert(fresh);
  }
  return all;
}

}  // namespace weave
