// A reader of C++ that knows braces, heads and names, and no more.
#include <algorithm>
#include <array>
#include <cctype>

#include "book/tool/excerpt.h"

namespace weave {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Behind the bracket that closes the one at `at`, or the end of the text.
std::size_t behind_match(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth == 0) return at + 1;
  }
  return at;
}

// Behind the '>' that closes the '<' at `at`.
std::size_t behind_angles(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(') {
      at = behind_match(text, at) - 1;
      continue;
    }
    if (text[at] == '<') ++depth;
    if (text[at] == '>' && text[at - 1] != '-') --depth;
    if (depth == 0) return at + 1;
  }
  return at;
}

// The head without `template <...>` and [[attributes]] in front.
std::string bare(std::string head) {
  for (;;) {
    head = trim(head);
    if (head.starts_with("template")) {
      const std::size_t open = head.find('<');
      if (open == std::string::npos) return head;
      head = head.substr(behind_angles(head, open));
    } else if (head.starts_with("[[")) {
      head = head.substr(behind_match(head, 0));
    } else {
      return head;
    }
  }
}

std::string first_word(const std::string& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_word);
  return {text.begin(), end};
}

// The (qualified) name that ends at `end`, without arguments of templates:
// Cell::step for Cell<Step>::step.
std::string name_before(const std::string& text, std::size_t end) {
  std::string name;
  for (std::size_t at = end; at > 0; --at) {
    const char c = text[at - 1];
    if (c == '>' && name.starts_with("::")) {
      int depth = 0;
      for (; at > 0; --at) {
        depth += text[at - 1] == '>' ? 1 : text[at - 1] == '<' ? -1 : 0;
        if (depth == 0) break;
      }
      if (at == 0) break;
    } else if (is_word(c) || c == ':' || c == '~') {
      name.insert(name.begin(), c);
    } else {
      break;
    }
  }
  return name.starts_with("::") ? name.substr(2) : name;
}

// The name of the type that a head declares, "?" for one without a name, ""
// if it declares none.
std::string type_name(const std::string& head) {
  std::string rest = bare(head);
  if (rest.starts_with("using ") || rest.starts_with("concept ")) {
    rest = trim(rest.substr(rest.find(' ')));
    return rest.find('=') == std::string::npos ? "" : first_word(rest);
  }
  const std::string word = first_word(rest);
  if (word != "struct" && word != "class" && word != "union" && word != "enum")
    return "";
  std::string name = "?";
  for (std::size_t i = word.size(); i < rest.size();) {
    if (rest[i] == '[' || rest[i] == '(') {
      i = behind_match(rest, i);
    } else if (is_word(rest[i])) {
      std::size_t end = i;
      while (end < rest.size() && (is_word(rest[end]) || rest[end] == ':') &&
             !(rest[end] == ':' &&
               rest[std::min(end + 1, rest.size() - 1)] == ' '))
        ++end;
      name = rest.substr(i, end - i);
      if (name != "class" && name != "struct" && name != "alignas") return name;
      i = end;
    } else if (rest[i] == ' ' || rest[i] == '\n') {
      ++i;
    } else {
      break;
    }
  }
  return name;
}

// The name of the function that a head declares, or "".
std::string function_name(const std::string& head) {
  const std::string rest = bare(head);
  const std::size_t key = rest.find("operator");
  const std::size_t parenthesis = rest.find('(');
  if (key != std::string::npos && key < parenthesis &&
      (key == 0 || !is_word(rest[key - 1]))) {
    const std::size_t call = rest.find_first_not_of(' ', key + 8);
    const bool is_call = rest.compare(call, 2, "()") == 0;
    const std::string symbol =
        is_call ? "()" : trim(rest.substr(key + 8, parenthesis - key - 8));
    const bool conversion = !is_call && is_word(symbol[0]);
    return name_before(rest, key) + "operator" + (conversion ? " " : "") +
           symbol;
  }
  static const std::array<std::string, 5> not_names{
      "requires", "alignas", "decltype", "noexcept", "explicit"};
  for (std::size_t at = 0; at < rest.size();) {
    const char c = rest[at];
    if (c == '=') return "";
    if (c == '<') {
      at = behind_angles(rest, at);
    } else if (c == '(') {
      const std::string name = name_before(rest, at);
      if (std::find(not_names.begin(), not_names.end(), name) ==
          not_names.end())
        return name;
      at = behind_match(rest, at);
    } else {
      ++at;
    }
  }
  return "";
}

struct Scanner {
  const std::string& text;
  std::vector<Entity> found;
  std::size_t at = 0;

  void skip_space() {
    while (at < text.size() &&
           std::isspace(static_cast<unsigned char>(text[at])))
      ++at;
  }

  void add(Entity::Kind kind, const std::string& prefix,
           const std::string& name, bool body, std::size_t begin) {
    found.push_back({kind, prefix + name, body, begin, at});
  }

  // Everything up to the brace that closes the scope.
  void scope(const std::string& prefix) {
    for (skip_space(); at < text.size(); skip_space()) {
      if (text[at] == '}') {
        ++at;
        return;
      }
      statement(prefix);
    }
  }

  void end_of_statement() {
    while (at < text.size() && text[at] != ';')
      at = text[at] == '{' || text[at] == '(' ? behind_match(text, at) : at + 1;
    if (at < text.size()) ++at;
  }

  void statement(const std::string& prefix) {
    std::size_t begin = at;
    while (at < text.size()) {
      const char c = text[at];
      const std::string head = c == ';' || c == '{' || c == ':'
                                   ? text.substr(begin, at - begin)
                                   : std::string();
      if (c == '(' || c == '[') {
        at = behind_match(text, at);
      } else if (c == ';') {
        ++at;
        declared(prefix, head, begin);
        return;
      } else if (c == '{') {
        if (opened(prefix, head, begin)) return;
      } else if (c == '}') {
        return;
      } else if (c == ':' && (head == "public" || head == "private" ||
                              head == "protected")) {
        ++at;
        skip_space();
        begin = at;
        if (at < text.size() && text[at] == '}') return;
      } else {
        ++at;
      }
    }
  }

  void declared(const std::string& prefix, const std::string& head,
                std::size_t begin) {
    if (const std::string name = type_name(head); !name.empty()) {
      if (bare(head).find('=') != std::string::npos)
        add(Entity::Kind::type, prefix, name, true, begin);
    } else if (const std::string f = function_name(head); !f.empty()) {
      add(Entity::Kind::function, prefix, f, false, begin);
    }
  }

  // At a '{'. True when the statement has ended with what it opens.
  bool opened(const std::string& prefix, const std::string& head,
              std::size_t begin) {
    const std::string rest = bare(head), word = first_word(rest);
    if (word == "namespace" || rest.starts_with("inline namespace") ||
        rest == "extern") {
      const std::string name =
          trim(word == "namespace" ? rest.substr(9) : std::string());
      ++at;
      scope(name.empty() ? prefix : prefix + name + "::");
      return true;
    }
    const std::string type = type_name(head);
    if (!type.empty() && rest.find('=') == std::string::npos &&
        function_name(head).empty()) {
      const std::size_t place = found.size();
      if (word == "enum") {
        at = behind_match(text, at);
      } else {
        ++at;
        scope(type == "?" ? prefix : prefix + type + "::");
      }
      end_of_statement();
      found.insert(found.begin() + static_cast<std::ptrdiff_t>(place),
                   {Entity::Kind::type, prefix + type, true, begin, at});
      return true;
    }
    const std::string function = function_name(head);
    const bool initialiser =
        at > 0 && (is_word(text[at - 1]) || text[at - 1] == '>');
    at = behind_match(text, at);
    if (function.empty() || initialiser) return false;
    add(Entity::Kind::function, prefix, function, true, begin);
    return true;
  }
};

}  // namespace

std::vector<Entity> entities(const std::string& source) {
  const std::string text = blank_out(source);
  Scanner scanner{text, {}};
  while (scanner.at < text.size()) scanner.scope("");
  return scanner.found;
}

}  // namespace weave
