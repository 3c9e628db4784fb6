#include "nn/module.h"

#include <set>

namespace nn {

Parameters nested(
    const std::vector<std::pair<std::string, Parameters>>& parts) {
  Parameters all;
  for (const auto& [prefix, parameters] : parts)
    for (const auto& [name, tensor] : parameters)
      all.push_back({prefix.empty() ? name : prefix + "." + name, tensor});
  return all;
}

std::int64_t parameter_count(const Parameters& parameters) {
  std::set<const autograd::Node*> seen;
  std::int64_t count = 0;
  for (const auto& [name, tensor] : parameters)
    if (seen.insert(tensor.node()).second) count += tensor.size();
  return count;
}

std::uint64_t fingerprint(const Parameters& parameters) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  auto add = [&](const void* data, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      hash ^= static_cast<const unsigned char*>(data)[i];
      hash *= 0x100000001b3u;
    }
  };
  for (const auto& [name, tensor] : parameters) {
    add(name.data(), name.size() + 1);
    for (int size : tensor.shape()) add(&size, sizeof size);
    const std::vector<Real> values = tensor.values();
    add(values.data(), values.size() * sizeof(Real));
  }
  return hash;
}

void zero_grad(const Parameters& parameters) {
  for (const auto& [name, tensor] : parameters) Tensor(tensor).zero_grad();
}

}  // namespace nn
