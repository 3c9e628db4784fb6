#include "nn/summary.h"

#include <algorithm>
#include <map>

#include "autograd/check.h"
#include "nn/text.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

// The part of that name, made where it is not there.
Part& within(Part& module, const std::string& name) {
  for (Part& part : module.parts)
    if (part.name == name) return part;
  module.parts.push_back({});
  module.parts.back().name = name;
  return module.parts.back();
}

bool equal(const Part& a, const Part& b);

bool equal_but_name(const Part& a, const Part& b) {
  return a.shape == b.shape && a.same_as == b.same_as && a.times == b.times &&
         a.count == b.count &&
         std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(),
                    b.parts.end(), equal);
}

bool equal(const Part& a, const Part& b) {
  return a.name == b.name && equal_but_name(a, b);
}

// Sums up, and folds equal siblings 0, 1, 2 ... into one.
void fold(Part& module) {
  std::vector<Part> kept;
  std::optional<int> first;  // number of the first of those folded
  Part sample;               // one of them
  for (Part& part : module.parts) {
    fold(part);
    module.count += part.count;
    const std::optional<int> number = to_index(part.name);
    if (first && number == *first + kept.back().times &&
        equal_but_name(part, sample)) {
      Part& all = kept.back();
      ++all.times;
      all.count += part.count;
      all.name = text(*first, '-', *number);
      continue;
    }
    first = part.shape ? std::nullopt : number;
    if (first) sample = part;
    kept.push_back(std::move(part));
  }
  module.parts = std::move(kept);
}

// Makes one of a module and the only module in it, if one of them is once.
void join_lonely(Part& module) {
  for (Part& part : module.parts) {
    join_lonely(part);
    if (part.parts.size() != 1 || part.parts[0].shape ||
        (part.times > 1 && part.parts[0].times > 1))
      continue;
    Part only = std::move(part.parts[0]);
    only.name = part.name + "." + only.name;
    if (part.times > 1) only.times = part.times;
    only.count = part.count;
    part = std::move(only);
  }
}

std::string shape_text(const Part& tensor) {
  return tensor.same_as.empty() ? text(*tensor.shape) : "= " + tensor.same_as;
}

}  // namespace

Part parts_of(const Parameters& parameters, const std::string& name) {
  Part root;
  std::map<const autograd::Node*, std::string> first_names;
  for (const auto& [path, tensor] : parameters) {
    Part* part = &root;
    for (const std::string& step : split(path, '.')) {
      check(!part->shape, "[summary] '", path, "' is within a tensor");
      part = &within(*part, step);
    }
    check(!part->shape && part->parts.empty(), "[summary] '", path,
          "' is there already");
    part->shape = tensor.shape();
    const auto [found, fresh] = first_names.emplace(tensor.node(), path);
    if (fresh)
      part->count = tensor.size();
    else
      part->same_as = found->second;
  }
  root.name = name;
  fold(root);
  join_lonely(root);
  return root;
}

bool is_line(const Part& part) {
  return part.times == 1 &&
         std::all_of(part.parts.begin(), part.parts.end(),
                     [](const Part& p) { return p.shape.has_value(); });
}

std::string description(const Part& part) {
  if (part.shape) return shape_text(part);
  if (part.times > 1)
    return text(part.times, " x ", thousands(part.count / part.times));
  if (!is_line(part)) return "";
  std::vector<std::string> tensors;
  for (const Part& tensor : part.parts)
    tensors.push_back(tensor.name + " " + shape_text(tensor));
  return join(tensors, ", ");
}

namespace {

struct Line {
  std::string name, description, count;
};

void add_lines(const Part& part, const std::string& lead,
               std::vector<Line>& lines) {
  const bool tied = part.shape && !part.same_as.empty();
  lines.push_back({lead + clean(part.name), clean(description(part)),
                   tied ? "" : thousands(part.count)});
  if (is_line(part)) return;
  // The lines of the parts go on below the name: "├─ " becomes "│  ".
  std::string below = lead;
  if (below.ends_with("├─ "))
    below.replace(below.size() - std::string("├─ ").size(), std::string::npos,
                  "│  ");
  if (below.ends_with("└─ "))
    below.replace(below.size() - std::string("└─ ").size(), std::string::npos,
                  "   ");
  for (const Part& inner : part.parts)
    add_lines(inner, below + (&inner == &part.parts.back() ? "└─ " : "├─ "),
              lines);
}

}  // namespace

std::string summary(const Parameters& parameters, const std::string& name) {
  std::vector<Line> lines;
  add_lines(parts_of(parameters, name), "", lines);
  int names = 0, descriptions = 0, counts = 0;
  for (const Line& line : lines) {
    names = std::max(names, display_width(line.name));
    descriptions = std::max(descriptions, display_width(line.description));
    counts = std::max(counts, display_width(line.count));
  }
  const auto spaces = [](int count) {
    return std::string(static_cast<std::size_t>(count), ' ');
  };
  std::string out;
  for (const auto& [name, description, count] : lines) {
    std::string line = name + spaces(names - display_width(name) + 3) +
                       description +
                       spaces(descriptions - display_width(description) + 3 +
                              counts - display_width(count)) +
                       count;
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace nn
