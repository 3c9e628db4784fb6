#include "book/tool/text.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace weave {

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path))
    throw std::runtime_error("cannot read " + path.generic_string());
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, const std::string& contents) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  const fs::path beside = path.string() + ".tmp";
  std::ofstream file(beside, std::ios::binary);
  file << contents;
  file.close();
  if (!file) {
    fs::remove(beside);
    throw std::runtime_error("cannot write " + path.generic_string());
  }
  fs::rename(beside, path);
}

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string join(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::string trim(std::string_view text) {
  const char* const white = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(white);
  if (begin == std::string_view::npos) return "";
  return std::string(
      text.substr(begin, text.find_last_not_of(white) - begin + 1));
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  bool inside = false, quoted = false;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) && !quoted) {
      inside = false;
      continue;
    }
    if (!inside) found.emplace_back();
    inside = true;
    if (c == '"')
      quoted = !quoted;
    else
      found.back() += c;
  }
  return found;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(at++);
  const int more = first >= 0xf0   ? 3
                   : first >= 0xe0 ? 2
                   : first >= 0xc0 ? 1
                                   : 0;
  char32_t point = more ? first & (0x3f >> more) : first;
  for (int i = 0; i < more; ++i) {
    if ((byte(at) & 0xc0) != 0x80) return point;
    point = point << 6 | (byte(at++) & 0x3f);
  }
  return point;
}

int columns(std::string_view text) {
  int total = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    const bool combining = c >= 0x300 && c <= 0x36f;
    const bool wide =
        (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
        (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
        (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
        (c >= 0xffe0 && c <= 0xffe6) || c >= 0x1f300;
    total += combining ? 0 : wide ? 2 : 1;
  }
  return total;
}

std::string digest(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(hash));
  return digits;
}

}  // namespace weave
