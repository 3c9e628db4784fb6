#include "nn/serialize.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <set>
#include <stdexcept>
#include <type_traits>

#include "autograd/check.h"
#include "nn/dtype.h"
#include "nn/file.h"
#include "nn/json.h"

namespace nn {
namespace {

using autograd::check;
using autograd::text;

constexpr std::int64_t kMostHeader = 100'000'000;  // as the Python package
constexpr char kMetadata[] = "__metadata__";

[[noreturn]] void refuse(const std::string& reason) {
  throw std::runtime_error(reason);
}

struct Entry {
  std::string name;
  const Dtype* dtype;
  Shape shape;
  std::int64_t begin, end;  // bytes of the data
};

Shape read_shape(JsonReader& json) {
  Shape shape;
  json.array([&] {
    if (shape.rank() == autograd::max_rank)
      refuse(text("more than ", autograd::max_rank, " axes"));
    const std::int64_t size = json.integer();
    if (size > std::numeric_limits<int>::max())
      refuse(text("an axis of ", size, " elements"));
    shape.push_back(static_cast<int>(size));
  });
  return shape;
}

// How many bytes the numbers take. Sizes are multiplied without the zeros
// first, so that strides cannot overflow either.
std::int64_t byte_count(const Shape& shape, int bytes) {
  std::int64_t count = bytes;
  bool empty = false;
  for (const int size : shape) {
    empty = empty || size == 0;
    if (size > 0 && count > std::numeric_limits<std::int64_t>::max() / size)
      refuse(text("shape ", shape, " is too large"));
    if (size > 0) count *= size;
  }
  return empty ? 0 : count;
}

Entry read_entry(JsonReader& json, const std::string& name) {
  Entry entry{name, nullptr, {}, -1, -1};
  bool has_shape = false;
  json.object([&](const std::string& key) {
    if (key == "dtype") {
      const std::string dtype = json.string();
      entry.dtype = find_dtype(dtype);
      if (!entry.dtype) refuse("unknown dtype '" + dtype + "'");
    } else if (key == "shape") {
      entry.shape = read_shape(json);
      has_shape = true;
    } else if (key == "data_offsets") {
      int count = 0;
      json.array([&] {
        if (count == 2) json.fail("two offsets");
        (count++ == 0 ? entry.begin : entry.end) = json.integer();
      });
      if (count != 2) json.fail("two offsets");
    } else {
      refuse("unknown key '" + key + "'");
    }
  });
  if (!entry.dtype || !has_shape || entry.end < 0)
    refuse("wanted dtype, shape and data_offsets");
  const std::int64_t wanted = byte_count(entry.shape, entry.dtype->bytes);
  if (entry.end < entry.begin || entry.end - entry.begin != wanted)
    refuse(text(entry.dtype->name, ' ', entry.shape, " takes ", wanted,
                " bytes, data_offsets are ", entry.begin, ", ", entry.end));
  return entry;
}

std::vector<Entry> read_header(std::string_view header, Metadata& metadata) {
  std::vector<Entry> entries;
  JsonReader json(header);
  json.object([&](const std::string& name) {
    if (name == kMetadata) {
      json.object(
          [&](const std::string& key) { metadata[key] = json.string(); });
      return;
    }
    try {
      entries.push_back(read_entry(json, name));
    } catch (const std::runtime_error& error) {
      refuse("tensor '" + name + "': " + error.what());
    }
  });
  json.end();
  return entries;
}

// The tensors must cover the data without gap or overlap.
void check_layout(const std::vector<Entry>& entries, std::int64_t bytes) {
  std::vector<const Entry*> order;
  for (const Entry& entry : entries) order.push_back(&entry);
  std::stable_sort(
      order.begin(), order.end(), [](const Entry* a, const Entry* b) {
        return a->begin != b->begin ? a->begin < b->begin : a->end < b->end;
      });
  std::int64_t place = 0;
  for (const Entry* entry : order) {
    if (entry->begin != place)
      refuse(text("tensor '", entry->name, "': its data begin at ",
                  entry->begin, ", those before end at ", place));
    place = entry->end;
  }
  if (place != bytes)
    refuse(text("the header speaks of ", place, " bytes of data, there are ",
                bytes));
}

Tensor read_tensor(const Entry& entry, std::string_view data) {
  Tensor tensor = Tensor::empty(entry.shape);
  const std::int64_t count = tensor.size();
  if (count == 0) return tensor;
  Real* out = tensor.write();
  const char* bytes = data.data() + entry.begin;
  for (std::int64_t i = 0; i < count; ++i, bytes += entry.dtype->bytes)
    out[i] = entry.dtype->read(bytes);
  return tensor;
}

}  // namespace

const Tensor* SafeTensors::find(std::string_view name) const {
  for (const NamedTensor& item : tensors)
    if (item.name == name) return &item.tensor;
  return nullptr;
}

const Tensor& SafeTensors::at(std::string_view name) const {
  const Tensor* tensor = find(name);
  check(tensor, "[safetensors] no tensor '", name, "'");
  return *tensor;
}

SafeTensors SafeTensors::under(std::string_view prefix) const {
  const std::string start = std::string(prefix) + '.';
  SafeTensors result;
  for (const NamedTensor& item : tensors)
    if (item.name.starts_with(start))
      result.tensors.push_back({item.name.substr(start.size()), item.tensor});
  return result;
}

SafeTensors parse_safetensors(std::string_view bytes) {
  if (bytes.size() < 8)
    refuse(text("wanted 8 bytes of header length, got ", bytes.size()));
  const auto length = load_bits<std::uint64_t>(bytes.data());
  if (length > bytes.size() - 8 || length > kMostHeader)
    refuse(text("a header of ", length, " bytes in a file of ", bytes.size()));
  SafeTensors file;
  const auto entries = read_header(bytes.substr(8, length), file.metadata);
  const std::string_view data = bytes.substr(8 + length);
  check_layout(entries, static_cast<std::int64_t>(data.size()));
  for (const Entry& entry : entries)
    file.tensors.push_back({entry.name, read_tensor(entry, data)});
  return file;
}

SafeTensors load_safetensors(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  try {
    if (std::filesystem::exists(status) &&
        !std::filesystem::is_regular_file(status))
      refuse("not a regular file");
    return parse_safetensors(read_file(path));
  } catch (const std::runtime_error& reason) {
    refuse("[load_safetensors] '" + path + "': " + reason.what());
  }
}

std::string safetensors_bytes(const Parameters& tensors,
                              const Metadata& metadata) {
  std::set<std::string> names = {kMetadata};
  std::string header = "{", data, separator;
  if (!metadata.empty()) {
    header += json_string(kMetadata) + ":{";
    for (const auto& [key, value] : metadata) {
      header += separator + json_string(key) + ':' + json_string(value);
      separator = ",";
    }
    header += '}';
  }
  for (const auto& [name, tensor] : tensors) {
    check(names.insert(name).second, "[save_safetensors] the name '", name,
          "' is taken");
    header += separator + json_string(name) + ":{\"dtype\":\"" +
              (sizeof(Real) == 4 ? "F32" : "F64") + "\",\"shape\":[";
    for (int i = 0; i < tensor.rank(); ++i)
      header += (i ? "," : "") + std::to_string(tensor.shape()[i]);
    header += "],\"data_offsets\":[" + std::to_string(data.size());
    using Bits =
        std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
    for (const Real value : tensor.values())
      append_bits(data, std::bit_cast<Bits>(value));
    header += ',' + std::to_string(data.size()) + "]}";
    separator = ",";
  }
  header += '}';
  while (header.size() % 8 != 0) header += ' ';
  std::string bytes;
  bytes.reserve(8 + header.size() + data.size());
  append_bits(bytes, std::uint64_t{header.size()});
  return bytes.append(header).append(data);
}

void save_safetensors(const std::string& path, const Parameters& tensors,
                      const Metadata& metadata) {
  write_file(path, safetensors_bytes(tensors, metadata));
}

void load_into(const SafeTensors& file, const Parameters& parameters) {
  std::string differences;
  std::set<std::string> wanted;
  for (const auto& [name, tensor] : parameters) {
    wanted.insert(name);
    const Tensor* found = file.find(name);
    if (!found)
      differences += text("\n  '", name, "' is missing");
    else if (found->shape() != tensor.shape())
      differences += text("\n  '", name, "' wants ", tensor.shape(), ", got ",
                          found->shape());
  }
  for (const NamedTensor& item : file.tensors)
    if (!wanted.contains(item.name))
      differences += text("\n  '", item.name, "' is left over");
  check(differences.empty(), "[load_into] the file does not fit:", differences);
  for (const auto& [name, tensor] : parameters)
    Tensor(tensor).copy_from(file.at(name));
}

}  // namespace nn
