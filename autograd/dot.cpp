#include "autograd/dot.h"

#include <map>

#include "autograd/graph.h"

namespace autograd {

Drawing graph_drawing(const Tensor& y, const Names& names) {
  std::map<const Node*, std::string> name_of;
  for (const auto& [name, tensor] : names) name_of[tensor.node()] = name;

  Drawing drawing;
  std::map<const Node*, int> number;
  std::vector<const Node*> open;
  const auto meet = [&](const Node* node) {
    const auto [place, fresh] =
        number.emplace(node, static_cast<int>(number.size()));
    if (fresh) {
      const auto name = name_of.find(node);
      drawing.values.push_back(
          {name != name_of.end() ? name->second : node->op(), node->shape,
           node->leaf(), node->leaf() && node->requires_grad});
      open.push_back(node);
    }
    return place->second;
  };
  meet(y.node());
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    const Inputs inputs(*node);
    for (int i = 0; i < inputs.size(); ++i)
      drawing.edges.emplace_back(meet(inputs[i].node()), number[node]);
  }
  return drawing;
}

std::string graph_dot(const Tensor& y, const Names& names) {
  const Drawing drawing = graph_drawing(y, names);
  std::string out = "digraph {\n  rankdir=TB;\n";
  for (std::size_t i = 0; i < drawing.values.size(); ++i) {
    const Drawing::Value& value = drawing.values[i];
    out += text("  n", i, " [label=\"", value.name, "\\n", value.shape, "\"",
                value.leaf ? ", shape=box" : "",
                value.trained ? ", style=bold" : "", "];\n");
  }
  for (const auto& [from, to] : drawing.edges)
    out += text("  n", from, " -> n", to, ";\n");
  return out + "}\n";
}

}  // namespace autograd
