#include "nn/module.h"

#include <set>

namespace nn {

Parameters nested(
    const std::vector<std::pair<std::string, Parameters>>& parts) {
  Parameters all;
  for (const auto& [prefix, parameters] : parts)
    for (const auto& [name, tensor] : parameters)
      all.push_back({prefix + "." + name, tensor});
  return all;
}

std::int64_t parameter_count(const Parameters& parameters) {
  std::set<const autograd::Node*> seen;
  std::int64_t count = 0;
  for (const auto& [name, tensor] : parameters)
    if (seen.insert(tensor.node()).second) count += tensor.size();
  return count;
}

void zero_grad(const Parameters& parameters) {
  for (NamedTensor parameter : parameters) parameter.tensor.zero_grad();
}

}  // namespace nn
