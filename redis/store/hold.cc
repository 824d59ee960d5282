#include "redis/store/hold.h"

#include <utility>

namespace groupring::redis {

bool Hold::Ends(const HoldLook& look, TimePoint now) const {
  if (look.accepted) return true;
  if (look.names.empty()) return false;
  const bool same_names = look.names == names_;
  const bool settled = look.quiet && same_names;
  const bool long_enough = now - since_ > kMaxUnrest;
  if (!lost_all_ && look.returned > 0) return settled || long_enough;
  return look.returned * 2 >= look.known &&
         (settled || (long_enough && same_names));
}

void Hold::Note(HoldLook look, TimePoint now) {
  lost_all_ = lost_all_ || look.returned == 0;
  const bool news = !look.quiet || look.names != names_;
  look_again_.reset();
  if (news && !look.names.empty()) look_again_ = now + kQuiet;
  names_ = std::move(look.names);
}

}  // namespace groupring::redis
