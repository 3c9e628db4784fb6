#include "nn/flags.h"

#include <algorithm>
#include <charconv>
#include <iostream>

#include "autograd/check.h"

namespace nn {

using autograd::text;

void Flags::add(const std::string& name, Target target,
                const std::string& help) {
  flags_.push_back({name, target, help});
}

const Flags::Flag& Flags::find(const std::string& name) const {
  for (const Flag& flag : flags_)
    if (flag.name == name) return flag;
  throw UsageError(text("unknown flag --", name, "; --help lists them"));
}

namespace {

template <class T>
T number(const std::string& name, const std::string& word) {
  T value{};
  const char* end = word.data() + word.size();
  const auto result = std::from_chars(word.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end)
    throw UsageError(
        text("--", name, " wants ",
             std::is_floating_point_v<T> ? "a number" : "a whole number",
             ", got '", word, "'"));
  return value;
}

std::string shown(const Flags::Target& target) {
  return std::visit(
      [](auto* value) -> std::string {
        using T = std::decay_t<decltype(*value)>;
        if constexpr (std::is_same_v<T, bool>)
          return "";
        else if constexpr (std::is_same_v<T, std::string>)
          return value->empty() ? "" : text(" [", *value, ']');
        else
          return text(" [", *value, ']');
      },
      target);
}

}  // namespace

std::vector<std::string> Flags::parse(const std::vector<std::string>& words) {
  std::vector<std::string> operands;
  std::vector<std::function<void()>> settings;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") {
      operands.insert(operands.end(), words.begin() + i + 1, words.end());
      break;
    }
    if (word.size() < 3 || word.compare(0, 2, "--") != 0) {
      if (word.size() > 1 && word[0] == '-')
        throw UsageError(text("unknown flag ", word, "; --help lists them"));
      operands.push_back(word);
      continue;
    }
    const std::size_t equals = word.find('=');
    const bool joined = equals != std::string::npos;
    const std::string name = word.substr(2, joined ? equals - 2 : equals);
    if (name == "help") {
      help_wanted_ = true;
      continue;
    }
    const Flag& flag = find(name);
    if (bool* const* on = std::get_if<bool*>(&flag.target)) {
      if (joined) throw UsageError(text("--", name, " takes no value"));
      settings.push_back([on = *on] { *on = true; });
      continue;
    }
    if (!joined && i + 1 == words.size())
      throw UsageError(text("--", name, " wants a value"));
    const std::string value = joined ? word.substr(equals + 1) : words[++i];
    std::visit(
        [&](auto* target) {
          using T = std::decay_t<decltype(*target)>;
          if constexpr (std::is_same_v<T, std::string>)
            settings.push_back([=] { *target = value; });
          else if constexpr (!std::is_same_v<T, bool>)
            settings.push_back(
                [target, v = number<T>(name, value)] { *target = v; });
        },
        flag.target);
  }
  for (const auto& set : settings) set();
  return operands;
}

std::string Flags::help(const std::string& program) const {
  std::string out =
      text("usage: ", program, ' ', usage_, "\n\n", about_, "\n\n");
  std::size_t widest = 6;
  for (const Flag& flag : flags_) widest = std::max(widest, flag.name.size());
  auto line = [&](const std::string& name, const std::string& help) {
    out += text("  --", name, std::string(widest + 2 - name.size(), ' '), help,
                '\n');
  };
  for (const Flag& flag : flags_)
    line(flag.name, flag.help + shown(flag.target));
  line("help", "show this");
  return out;
}

int run_program(
    int argc, char** argv, Flags& flags,
    const std::function<void(const std::vector<std::string>&)>& body) {
  std::string program = argv[0];
  program.erase(0, program.find_last_of('/') + 1);
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto operands = flags.parse(words);
    if (flags.help_wanted())
      std::cout << flags.help(program);
    else
      body(operands);
    std::cout.flush();
    if (!std::cout)
      throw std::runtime_error("standard output cannot be written");
    return 0;
  } catch (const UsageError& error) {
    std::cerr << program << ": " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << program << ": " << error.what() << '\n';
    return 1;
  }
}

int run_program(int argc, char** argv, Flags& flags,
                const std::function<void()>& body) {
  return run_program(argc, argv, flags, [&](const auto& operands) {
    if (!operands.empty())
      throw UsageError("wanted flags only, got '" + operands[0] + "'");
    body();
  });
}

}  // namespace nn
