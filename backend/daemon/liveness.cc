#include "backend/daemon/liveness.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace groupring::backend {

size_t Liveness::AddPart(std::string name, std::chrono::milliseconds limit,
                         TimePoint now) {
  parts_.push_back({std::move(name), limit, 0, now});
  return parts_.size() - 1;
}

void Liveness::Note(size_t part, uint64_t turns, TimePoint now) {
  Part& noted = parts_[part];
  if (turns == noted.turns) return;
  noted.turns = turns;
  noted.moved = now;
}

std::string Liveness::Stuck(TimePoint now) const {
  std::string stuck;
  for (const Part& part : parts_) {
    const auto still =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - part.moved);
    if (still <= part.limit) continue;
    if (!stuck.empty()) stuck += "; ";
    stuck += absl::StrFormat("%s has not turned for %d ms", part.name,
                             still.count());
  }
  return stuck;
}

}  // namespace groupring::backend
