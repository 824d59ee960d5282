#include <algorithm>
#include <span>

#include "hashing/ring.h"
#include "hashing/slot.h"

namespace groupring::hashing {
namespace {

// The order for std heaps, which have their greatest element on top.
bool ComesLater(const Candidates::Winner& a, const Candidates::Winner& b) {
  return Precedes(b.score, a.score);
}

}  // namespace

void RingOrder::Start(const Ring& ring, uint32_t slot) {
  ring_ = &ring;
  slot_ = slot;
  given_ = 0;
  heap_.clear();
}

bool RingOrder::Scanned(uint16_t index) const {
  const std::span scanned(scanned_.data(), std::min(given_, kScans));
  return std::find(scanned.begin(), scanned.end(), index) != scanned.end();
}

void RingOrder::FillHeap() {
  heap_.reserve(ring_->size());
  ring_->candidates_.ForEach(SlotKey(slot_),
                             [this](const Candidates::Winner& group) {
                               if (!Scanned(group.index))
                                 heap_.push_back(group);
                             });
  std::make_heap(heap_.begin(), heap_.end(), ComesLater);
}

std::optional<size_t> RingOrder::Next() {
  if (ring_ == nullptr || given_ == ring_->size()) return std::nullopt;
  if (given_ < kScans) {
    const Candidates::Winner next = ring_->candidates_.Best(
        SlotKey(slot_), [this](uint16_t index) { return !Scanned(index); });
    return scanned_[given_++] = next.index;
  }
  if (given_ == kScans) FillHeap();
  ++given_;
  std::pop_heap(heap_.begin(), heap_.end(), ComesLater);
  const size_t next = heap_.back().index;
  heap_.pop_back();
  return next;
}

}  // namespace groupring::hashing
