#include "backend/protocol/reply.h"

#include <algorithm>

namespace groupring::backend {

void Reply::Clear() {
  kind = Kind::kError;
  records.clear();
  domain_id = -1;
  domains.clear();
  metadata.clear();
  before = {};
  after = {};
  text.clear();
  error.clear();
  kept_used_ = 0;
}

std::string_view Reply::Keep(std::string_view address_text) {
  if (kept_used_ == kept_.size()) {
    kept_.push_back(std::make_unique<AddressText>());
  }
  AddressText& slot = *kept_[kept_used_++];
  const size_t size = std::min(address_text.size(), slot.size());
  std::copy_n(address_text.begin(), size, slot.begin());
  return {slot.data(), size};
}

}  // namespace groupring::backend
