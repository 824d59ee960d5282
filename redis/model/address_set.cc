#include "redis/model/address_set.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace groupring::redis {

AddressSet::AddressSet(std::string key, Family family,
                       std::vector<AddressRange> members)
    : key_(std::move(key)), family_(family) {
  std::sort(members.begin(), members.end(),
            [](const AddressRange& a, const AddressRange& b) {
              return a.text < b.text;
            });
  std::map<std::pair<AddressBytes, uint8_t>, int> known;
  members_.reserve(members.size());
  for (AddressRange& member : members) {
    const auto [it, is_new] =
        known.try_emplace({member.first, member.prefix_length},
                          static_cast<int>(members_.size()));
    if (is_new) {
      members_.push_back(std::move(member));
    } else {
      other_texts_.emplace_back(std::move(member.text), it->second);
    }
  }
  if (!members_.empty()) pool_.emplace();
}

std::vector<std::string> AddressSet::Texts() const {
  std::vector<std::string> texts = MemberTexts();
  for (const auto& [text, index] : other_texts_) texts.push_back(text);
  return texts;
}

bool AddressSet::SameAs(const AddressSet& other) const {
  const auto same_text = [](const AddressRange& a, const AddressRange& b) {
    return a.text == b.text;
  };
  return key_ == other.key_ && family_ == other.family_ &&
         other_texts_ == other.other_texts_ &&
         std::equal(members_.begin(), members_.end(), other.members_.begin(),
                    other.members_.end(), same_text);
}

std::vector<std::string> AddressSet::MemberTexts() const {
  std::vector<std::string> texts;
  for (const AddressRange& member : members_) texts.push_back(member.text);
  return texts;
}

int AddressSet::IndexOf(std::string_view text) const {
  const auto member =
      std::lower_bound(members_.begin(), members_.end(), text,
                       [](const AddressRange& range, std::string_view wanted) {
                         return range.text < wanted;
                       });
  if (member != members_.end() && member->text == text) {
    return static_cast<int>(member - members_.begin());
  }
  const auto other = std::lower_bound(
      other_texts_.begin(), other_texts_.end(), text,
      [](const std::pair<std::string, int>& entry, std::string_view wanted) {
        return entry.first < wanted;
      });
  if (other != other_texts_.end() && other->first == text) {
    return other->second;
  }
  return -1;
}

}  // namespace groupring::redis
