// A small reader of XML, enough to prove that a figure is well-formed.
#pragma once

#include <cctype>
#include <set>
#include <string>
#include <vector>

// What is wrong with the document, or nothing: every element ends, in order;
// attributes are quoted and come once; < & stand for themselves nowhere; no id
// comes twice, and an id that is pointed to is there.
inline std::string xml_fault(const std::string& text) {
  std::vector<std::string> open;
  std::set<std::string> ids, wanted;
  std::size_t at = 0;
  int roots = 0;
  const auto name = [&] {
    std::string out;
    while (at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) ||
            text[at] == '-' || text[at] == ':'))
      out += text[at++];
    return out;
  };
  const auto entity = [&] {  // at '&'
    const auto end = text.find(';', at);
    return end != text.npos && end - at <= 6;
  };
  while (at < text.size()) {
    if (text[at] == '&' && !entity()) return "a bare &";
    if (text[at] != '<') {
      if (open.empty() && text[at] != '\n') return "text outside the root";
      ++at;
      continue;
    }
    ++at;
    if (at < text.size() && text[at] == '/') {
      ++at;
      const std::string closed = name();
      if (open.empty() || open.back() != closed) return "stray </" + closed;
      open.pop_back();
      if (at >= text.size() || text[at++] != '>') return "no > after </";
      continue;
    }
    const std::string element = name();
    if (element.empty()) return "a bare <";
    if (open.empty() && ++roots > 1) return "two roots";
    std::set<std::string> seen;
    while (at < text.size() && text[at] == ' ') {
      ++at;
      const std::string key = name();
      if (key.empty() || !seen.insert(key).second) return "attribute " + key;
      if (text.compare(at, 2, "=\"") != 0) return "no value of " + key;
      const auto end = text.find('"', at += 2);
      if (end == text.npos) return "no end of " + key;
      const std::string value = text.substr(at, end - at);
      if (value.find('<') != value.npos) return "< in " + key;
      if (key == "id" && !ids.insert(value).second) return "id twice";
      if (key == "aria-labelledby") {
        wanted.insert(value.substr(0, value.find(' ')));
        wanted.insert(value.substr(value.find(' ') + 1));
      }
      at = end + 1;
    }
    const bool empty = at < text.size() && text[at] == '/';
    at += empty;
    if (at >= text.size() || text[at++] != '>') return "no > of " + element;
    if (!empty) open.push_back(element);
  }
  if (!open.empty()) return "no end of " + open.back();
  for (const std::string& id : wanted)
    if (!ids.contains(id)) return "nothing has the id " + id;
  return roots == 1 ? "" : "no root";
}

// How often a part stands in a text; it may overlap itself.
inline int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1))
    ++found;
  return found;
}
