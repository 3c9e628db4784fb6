// Memory for values, gradients and graph nodes: 64-byte aligned and kept in
// free lists, one set a thread, so steady training asks the system for nothing.
// When a thread ends, its larger blocks go back to the system, and its small
// ones to whichever thread next wants more. Blocks from 1 MiB on lie in one
// heap for all threads (heap.h).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace autograd {

// At least `bytes` bytes, aligned to 64; give back with the same size.
void* allocate(std::size_t bytes);
void deallocate(void* memory, std::size_t bytes);

// What this process has asked of the system so far, over all threads.
struct MemoryUse {
  std::int64_t system_calls;  // blocks taken from the system
  std::int64_t system_bytes;  // bytes held now, in use or in free lists
};
MemoryUse memory_use();

// Takes one from a count of handles; true where that was the last of them. A
// count of 1 is the caller's own, so nobody else can change it.
inline bool drops_last(std::atomic<int>& count) {
  return count.load(std::memory_order_acquire) == 1 ||
         count.fetch_sub(1, std::memory_order_acq_rel) == 1;
}

// A counted handle on a block of raw memory. Copies share the block; the block
// counts the writes into it, so that backward can refuse a changed value.
class Storage {
 public:
  Storage() = default;
  explicit Storage(std::size_t bytes);  // contents undefined
  Storage(const Storage& other) : data_(other.data_) {
    if (data_) header().count.fetch_add(1, std::memory_order_relaxed);
  }
  Storage(Storage&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)) {}
  Storage& operator=(Storage other) noexcept {
    std::swap(data_, other.data_);
    return *this;
  }
  ~Storage() {
    if (data_ && drops_last(header().count)) destroy();
  }

  explicit operator bool() const { return data_ != nullptr; }

  // Aligned to 64; a few bytes, which lie beside their header, to 16.
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }

  // True where no other handle shares the block.
  bool unique() const {
    return header().count.load(std::memory_order_acquire) == 1;
  }
  unsigned version() const { return header().version; }
  void bump_version() { ++header().version; }

 private:
  struct Header {
    std::atomic<int> count;
    unsigned version;
    std::size_t bytes;  // of the data
  };
  Header& header() const { return reinterpret_cast<Header*>(data_)[-1]; }
  void destroy();

  std::byte* data_ = nullptr;  // the header lies just before
};

}  // namespace autograd
