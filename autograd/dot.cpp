#include "autograd/dot.h"

#include <map>

#include "autograd/graph.h"

namespace autograd {

std::string graph_dot(
    const Tensor& y, const std::vector<std::pair<std::string, Tensor>>& names) {
  std::map<const Node*, std::string> name_of;
  for (const auto& [name, tensor] : names) name_of[tensor.node()] = name;

  std::string boxes, arrows;
  std::map<const Node*, int> number;
  std::vector<const Node*> open{y.node()};
  number[y.node()] = 0;
  while (!open.empty()) {
    const Node* node = open.back();
    open.pop_back();
    const auto name = name_of.find(node);
    const bool bold = node->leaf() && node->requires_grad;
    boxes += text("  n", number[node], " [label=\"",
                  name != name_of.end() ? name->second : node->op(), "\\n",
                  node->shape, "\"", node->leaf() ? ", shape=box" : "",
                  bold ? ", style=bold" : "", "];\n");
    const Inputs inputs(*node);
    for (int i = 0; i < inputs.size(); ++i) {
      const Node* input = inputs[i].node();
      const auto [place, fresh] =
          number.emplace(input, static_cast<int>(number.size()));
      if (fresh) open.push_back(input);
      arrows += text("  n", place->second, " -> n", number[node], ";\n");
    }
  }
  return "digraph {\n  rankdir=TB;\n" + boxes + arrows + "}\n";
}

}  // namespace autograd
