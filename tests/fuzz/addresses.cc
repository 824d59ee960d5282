// Addresses, ranges and subnets, one per line, each read as everything it may
// be: a member of a set, an entry of a skip list, a client.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "backend/resolver/client.h"
#include "hashing/subnet_key.h"
#include "redis/model/address_set.h"
#include "redis/model/skip_list.h"
#include "redis/schema/members.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using redis::AddressRange;
using redis::Family;

constexpr size_t kMostLines = 16;

std::string TextOf(Family family, const redis::AddressBytes& bytes) {
  std::array<char, redis::kAddressTextSize> buffer;
  return std::string(redis::FormatAddress(family, bytes, &buffer));
}

void CheckRange(const AddressRange& range, std::string_view text) {
  Check(range.text == text, "a member keeps its text");
  const std::string first = TextOf(range.family, range.first);
  const std::string again = first + "/" + std::to_string(range.prefix_length);
  const auto reread = redis::ParsePrefix(range.family, again);
  Check(reread && reread->first == range.first &&
            reread->prefix_length == range.prefix_length,
        "a range is read back from its canonical text");
  if (range.is_single()) {
    Check(range.canonical == first, "the canonical text is that of inet_ntop");
  }
  const Family other = range.family == Family::kA ? Family::kAaaa : Family::kA;
  Check(!redis::ParsePrefix(other, text), "no text is of both families");
}

void CheckClient(const std::string& text) {
  const auto subnet = hashing::ParseClientSubnet(text);
  const backend::Client client = backend::ClientOf("192.0.2.1", text);
  Check(client.scope_mask == 24 || client.scope_mask == 48 ||
            client.scope_mask == 120,
        "a client's scope is never 0");
  if (!subnet) return;
  const std::string canonical = hashing::SubnetText(subnet->key);
  const auto again = hashing::ParseClientSubnet(canonical);
  Check(again && again->key == subnet->key, "a subnet is read back");
  Check(again->source_prefix_length == subnet->key.prefix_length(),
        "a subnet is as long as its key");
}

void CheckLists(Family family, const std::vector<std::string>& lines) {
  redis::RawValue raw{redis::RawValue::Kind::kValue, lines};
  redis::Complaints complaints;
  const auto members = redis::ParseMembers("key", family, raw, &complaints);
  const auto skipped = redis::ParseSkipList("key", family, raw, &complaints);
  for (const redis::Complaint& complaint : complaints) {
    CheckLogLine(complaint.text);
  }
  for (const AddressRange& range : skipped) CheckRange(range, range.text);

  const redis::SkipList list(skipped);
  std::vector<AddressRange> again;
  for (const std::string& prefix : list.Prefixes(family)) {
    const auto range = redis::ParsePrefix(family, prefix);
    Check(range.has_value(), "a skip list's prefix is a prefix");
    again.push_back(*range);
  }
  Check(redis::SkipList(again) == list, "a skip list is read back");
  Mt19937Random random(1);
  const redis::SkipList nothing;
  for (const AddressRange& range : skipped) {
    Check(list.Covers(range.first), "what is skipped is covered");
    Check(!list.PickHost(range, &random), "no skipped host is picked");
    Check(nothing.PickHost(range, &random).has_value(),
          "every range has a host");
  }
  // Half of them skipped: what is picked is of the range, and not skipped.
  const redis::SkipList half(std::vector<AddressRange>(
      skipped.begin(),
      skipped.begin() + static_cast<std::ptrdiff_t>(skipped.size() / 2)));
  const redis::AddressSet set("key", family, members);
  Check(set.empty() == members.empty(), "no member is lost");
  for (const AddressRange& range : members) {
    Check(set.IndexOf(range.text) >= 0, "a member is found by its text");
    const auto host = half.PickHost(range, &random);
    Check(host.has_value() == half.LeavesHost(range),
          "a host is picked where one is left");
    if (!host) continue;
    Check(!half.Covers(*host), "a host that is picked is not skipped");
    Check(redis::SkipList({range}).Covers(*host), "a host is of its range");
    Check(redis::ParsePrefix(family, TextOf(family, *host)).has_value(),
          "a host is an address of the family");
  }
}

}  // namespace

void FuzzAddresses(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty() && lines.size() < kMostLines) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    lines.emplace_back(line);
    bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
  }
  for (const std::string& line : lines) CheckClient(line);
  CheckLists(Family::kA, lines);
  CheckLists(Family::kAaaa, lines);
}

}  // namespace groupring::fuzz
