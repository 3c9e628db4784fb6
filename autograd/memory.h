// Memory for values, gradients and graph nodes: 64-byte aligned, kept in free
// lists, one set a thread, and given back to the system only when the thread
// ends. Steady training asks the system for nothing.
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

// A counted handle on a block of raw memory. Copies share the block; the block
// counts the writes into it, so that backward can refuse a changed value.
class Storage {
 public:
  Storage() = default;
  explicit Storage(std::size_t bytes);  // contents undefined
  Storage(const Storage& other) : block_(other.block_) {
    if (block_) block_->count.fetch_add(1, std::memory_order_relaxed);
  }
  Storage(Storage&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)) {}
  Storage& operator=(Storage other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Storage() {
    if (block_ && block_->count.fetch_sub(1, std::memory_order_acq_rel) == 1)
      destroy(block_);
  }

  explicit operator bool() const { return block_ != nullptr; }

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(block_ + 1);
  }

  unsigned version() const { return block_->version; }
  void bump_version() { ++block_->version; }

 private:
  struct alignas(64) Block {
    std::atomic<int> count;
    unsigned version;
    std::size_t bytes;
  };
  static void destroy(Block* block);

  Block* block_ = nullptr;
};

}  // namespace autograd
