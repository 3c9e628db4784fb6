#include <algorithm>
#include <stdexcept>

#include "book/tool/program.h"

namespace weave {
namespace {

// The word behind --seed.
std::string seed_of(const std::string& command) {
  const auto all = words(command);
  const auto flag = std::find(all.begin(), all.end(), "--seed");
  if (flag == all.end() || flag + 1 == all.end())
    throw std::runtime_error("'" + command + "' names no --seed");
  return flag[1];
}

bool is_bits(const std::string& word) {
  return (word.size() == 8 || word.size() == 16) &&
         word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result read_result(const fs::path& path) {
  const Lines lines = split(read_file(path));
  const auto end = std::find(lines.begin(), lines.end(), "---");
  Result result;
  result.path = path;
  for (auto line = lines.begin(); line != end; ++line) {
    const std::size_t colon = line->find(": ");
    if (colon == std::string::npos)
      throw std::runtime_error("not a line of the header: " + *line);
    const std::string key = line->substr(0, colon);
    const std::string what = trim(line->substr(colon + 2));
    const int number = static_cast<int>(line - lines.begin()) + 1;
    if (key == "command") {
      result.command = what;
    } else if (key == "seed") {
      result.seed = what;
    } else if (key == "version") {
      result.version = what;
    } else if (key == "replay") {
      result.replay = what;
      result.replay_line = number;
    } else if (key == "body") {
      result.body = what;
    } else if (key == "figure") {
      const std::size_t space = what.rfind(' ');
      if (space == std::string::npos)
        throw std::runtime_error("a figure without its digest: " + what);
      result.figures[what.substr(0, space)] = what.substr(space + 1);
    } else {
      throw std::runtime_error("unknown key of the header: " + key);
    }
  }
  if (result.command.empty())
    throw std::runtime_error("its header names no command");
  if (end != lines.end()) result.output = join({end + 1, lines.end()});
  result.body_line = static_cast<int>(
      std::min(end - lines.begin() + 2, std::ptrdiff_t(lines.size())));
  return result;
}

std::string replay(const std::string& command, Programs& programs) {
  const auto bits = words(programs.output(command + " --replay"));
  if (bits.size() < 20 || !std::all_of(bits.begin(), bits.end(), is_bits))
    throw std::runtime_error(
        "'" + command +
        " --replay' must print the bits of 20 losses or more, in 8 or 16 "
        "hexadecimal digits each");
  std::string line;
  for (const std::string& word : bits) line += (line.empty() ? "" : " ") + word;
  return line;
}

void renew_result(const fs::path& path, const std::string& version,
                  Programs& programs, const fs::path& folder) {
  const Result old = read_result(path);
  const std::string& command = old.command;
  std::string head = "command: " + command + "\nseed: " + seed_of(command) +
                     "\nversion: " + version +
                     "\nreplay: " + replay(command, programs) + '\n';
  std::string printed;
  std::map<std::string, std::string> figures;
  if (old.figures.empty())
    printed = programs.output(command);
  else
    figures = programs.figures(command, &printed);
  head += "body: " + digest(printed) + '\n';
  for (const auto& [name, contents] : figures) {
    write_file(folder / name, contents);
    head += "figure: " + name + ' ' + digest(contents) + '\n';
  }
  write_file(path, head + "---\n" + printed);
}

}  // namespace weave
