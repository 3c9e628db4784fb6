#include "book/tool/excerpt.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace weave {
namespace {

constexpr int widest = 80;  // columns: wider scrolls on a page and in print

// Behind the string or character literal that begins at `at`.
std::size_t behind_literal(const std::string& source, std::size_t at) {
  const char quote = source[at];
  if (quote == '"' && at > 0 && source[at - 1] == 'R') {
    const std::size_t open = source.find('(', at);
    const std::string close = ")" + source.substr(at + 1, open - at - 1) + "\"";
    const std::size_t end = source.find(close, open);
    return end == std::string::npos ? source.size() : end + close.size();
  }
  for (++at; at < source.size() && source[at] != quote; ++at)
    if (source[at] == '\\') ++at;
  return std::min(at + 1, source.size());
}

// Behind the preprocessor line that begins at `at`, with its continuations.
std::size_t behind_directive(const std::string& source, std::size_t at) {
  while (at < source.size() && (source[at] != '\n' || source[at - 1] == '\\'))
    ++at;
  return at;
}

// If the line is "// WORD rest" and nothing else, true and the rest.
bool is_mark(const std::string& line, const std::string& word,
             std::string* rest = nullptr) {
  const std::string text = trim(line), head = "// " + word;
  if (!text.starts_with(head)) return false;
  if (rest) *rest = trim(text.substr(head.size()));
  return true;
}

std::size_t line_of(const std::string& source, std::size_t byte) {
  return static_cast<std::size_t>(
      std::count(source.begin(),
                 source.begin() + static_cast<std::ptrdiff_t>(byte), '\n'));
}

// The first and the last line of one entity, and of the comment above it.
std::pair<std::size_t, std::size_t> find_entity(const std::string& source,
                                                const Lines& lines,
                                                Entity::Kind kind,
                                                std::string name) {
  std::size_t wanted = 0;
  if (const auto at = name.rfind('@'); at != std::string::npos) {
    wanted = std::stoul("0" + name.substr(at + 1));
    name.erase(at);
  }
  std::vector<Entity> all;
  for (const Entity& e : entities(source))
    if (e.kind == kind && (e.name == name || e.name.ends_with("::" + name)))
      all.push_back(e);
  if (std::any_of(all.begin(), all.end(), [](auto& e) { return e.body; }))
    std::erase_if(all, [](const Entity& e) { return !e.body; });
  const std::string what =
      (kind == Entity::Kind::type ? "type '" : "function '") + name + "'";
  if (all.empty()) throw std::runtime_error("no " + what);
  if (wanted > all.size() || (wanted == 0 && all.size() > 1)) {
    std::string places;
    for (const Entity& e : all)
      places += " " + std::to_string(line_of(source, e.begin) + 1);
    throw std::runtime_error(std::to_string(all.size()) + " times " + what +
                             ", in lines" + places + "; choose with @1, @2");
  }
  const Entity& entity = all[wanted == 0 ? 0 : wanted - 1];
  std::size_t first = line_of(source, entity.begin);
  while (first > 0 && trim(lines[first - 1]).starts_with("//") &&
         !trim(lines[first - 1]).starts_with("// ----") &&
         !is_mark(lines[first - 1], "ANCHOR"))
    --first;
  return {first, line_of(source, entity.end - 1)};
}

std::pair<std::size_t, std::size_t> find_anchor(const Lines& lines,
                                                const std::string& name) {
  std::vector<std::size_t> begins, ends;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string found;
    if (is_mark(lines[i], "ANCHOR:", &found) && found == name)
      begins.push_back(i);
    if (is_mark(lines[i], "ANCHOR_END:", &found) && found == name)
      ends.push_back(i);
  }
  if (begins.size() != 1 || ends.size() != 1 || ends[0] < begins[0])
    throw std::runtime_error("anchor '" + name + "' begins " +
                             std::to_string(begins.size()) + " times, ends " +
                             std::to_string(ends.size()) + " times");
  return {begins[0], ends[0]};
}

// Without marks, without what they leave out, without indentation.
Lines tidy(const Lines& lines) {
  Lines out;
  bool left_out = false;
  for (const std::string& line : lines) {
    std::string why;
    if (is_mark(line, "ANCHOR:") || is_mark(line, "ANCHOR_END:")) continue;
    if (is_mark(line, "ELIDE_END")) {
      left_out = false;
    } else if (is_mark(line, "ELIDE:", &why)) {
      out.push_back(line.substr(0, line.find("//")) + "// ... " + why);
      left_out = true;
    } else if (!left_out) {
      out.push_back(line);
    }
  }
  while (!out.empty() && trim(out.back()).empty()) out.pop_back();
  std::size_t indent = std::string::npos;
  for (const std::string& line : out)
    indent = std::min(indent, line.find_first_not_of(' '));
  if (indent != std::string::npos && indent > 0)
    for (std::string& line : out) line.erase(0, std::min(indent, line.size()));
  return out;
}

}  // namespace

std::string blank_out(const std::string& source) {
  std::string text = source;
  bool fresh = true;  // only white space on this line so far
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    std::size_t end = at;
    if (source.compare(at, 2, "//") == 0)
      end = std::min(source.find('\n', at), source.size());
    else if (source.compare(at, 2, "/*") == 0)
      end = std::min(source.find("*/", at), source.size() - 2) + 2;
    else if (c == '#' && fresh)
      end = behind_directive(source, at);
    else if (c == '"' ||
             (c == '\'' && (at == 0 || !std::isalnum(static_cast<unsigned char>(
                                           source[at - 1])))))
      end = behind_literal(source, at);
    for (std::size_t i = at; i < end; ++i)
      if (source[i] != '\n') text[i] = ' ';
    if (c == '\n')
      fresh = true;
    else if (c != ' ')
      fresh = false;
    at = std::max(end, at + 1);
  }
  return text;
}

Lines excerpt(const fs::path& file, const std::string& what) {
  const std::string source = read_file(file);
  const Lines lines = split(source);
  std::pair<std::size_t, std::size_t> range{0, lines.size() - 1};
  if (what.starts_with("fn:"))
    range = find_entity(source, lines, Entity::Kind::function, what.substr(3));
  else if (what.starts_with("type:"))
    range = find_entity(source, lines, Entity::Kind::type, what.substr(5));
  else if (!what.empty())
    range = find_anchor(lines, what);
  const auto from = lines.begin();
  const Lines out =
      tidy({from + static_cast<std::ptrdiff_t>(range.first),
            from + static_cast<std::ptrdiff_t>(range.second) + 1});
  for (const std::string& line : out)
    if (columns(line) > widest)
      throw std::runtime_error("a line of " + std::to_string(columns(line)) +
                               " columns, at most " + std::to_string(widest) +
                               ": " + trim(line));
  return out;
}

}  // namespace weave
