#include "backend/snapshot/affinity_table.h"

#include <arpa/inet.h>

#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/backend/affinity_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

std::string Found(const AffinityTable& table, const std::string& client,
                  int longest = 128) {
  const auto subnet = hashing::ParseClientSubnet(client);
  REQUIRE(subnet.has_value());
  const AffinityTable::Row* const row =
      table.Find(*subnet, static_cast<uint8_t>(longest));
  return row == nullptr ? "" : row->entry->text;
}

TEST_CASE("the smallest network around an address decides") {
  const AffinityTable table(
      AffinityOf({"10.0.0.0/8",          "a", "10.1.0.0/16",       "b",
                  "10.1.2.0/24",         "c", "10.1.2.3/32",       "d",
                  "255.255.255.255/32",  "e", "0.0.0.0/32",        "f",
                  "2001:db8::/32",       "g", "2001:db8:0:1::/64", "h",
                  "2001:db8:0:1::5/128", "i", "ffff::/16",         "j"}));
  const std::array<std::array<std::string, 2>, 18> cases = {{
      {"9.255.255.255", ""},
      {"10.0.0.0", "10.0.0.0/8"},
      {"10.1.0.0", "10.1.0.0/16"},
      {"10.1.2.2", "10.1.2.0/24"},
      {"10.1.2.3", "10.1.2.3/32"},
      {"10.1.2.4", "10.1.2.0/24"},
      {"10.1.3.0", "10.1.0.0/16"},
      {"10.255.255.255", "10.0.0.0/8"},
      {"11.0.0.0", ""},
      {"0.0.0.0", "0.0.0.0/32"},
      {"0.0.0.1", ""},
      {"255.255.255.255", "255.255.255.255/32"},
      {"255.255.255.254", ""},
      {"2001:db8::1", "2001:db8::/32"},
      {"2001:db8:0:1::4", "2001:db8:0:1::/64"},
      {"2001:db8:0:1::5", "2001:db8:0:1::5/128"},
      {"2001:db8:0:2::", "2001:db8::/32"},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff::/16"},
  }};
  for (const auto& [client, entry] : cases) {
    CAPTURE(client);
    CHECK(Found(table, client) == entry);
  }
  CHECK(Found(table, "2001:db9::") == "");
  CHECK(Found(table, "::ffff:10.1.2.3") == "10.1.2.3/32");
}

TEST_CASE("an entry longer than what the client says does not decide") {
  const AffinityTable table(
      AffinityOf({"10.0.0.0/8", "a", "10.1.0.0/16", "b", "10.1.0.0/24", "c",
                  "10.1.0.0/32", "d"}));
  CHECK(Found(table, "10.1.0.0/32", 32) == "10.1.0.0/32");
  CHECK(Found(table, "10.1.0.0/32", 24) == "10.1.0.0/24");
  CHECK(Found(table, "10.1.0.0/20", 20) == "10.1.0.0/16");
  CHECK(Found(table, "10.1.0.0/9", 9) == "10.0.0.0/8");
  CHECK(Found(table, "10.0.0.0/7", 7) == "");
}

TEST_CASE("everything may have a label") {
  const AffinityTable table(
      AffinityOf({"0.0.0.0/0", "a", "::/0", "b", "192.0.2.0/24", "c"}));
  CHECK(Found(table, "0.0.0.0") == "0.0.0.0/0");
  CHECK(Found(table, "192.0.2.255") == "192.0.2.0/24");
  CHECK(Found(table, "255.255.255.255") == "0.0.0.0/0");
  CHECK(Found(table, "::") == "::/0");
  CHECK(Found(table, "ffff::") == "::/0");
}

// The slow truth.
std::string Longest(const redis::AffinityEntries& entries,
                    const hashing::ClientSubnet& client, unsigned longest) {
  std::string found;
  int best = -1;
  for (const redis::AffinityEntry& entry : entries) {
    const bool is_ipv4 = entry.family == redis::Family::kA;
    if (is_ipv4 != client.key.is_ipv4() || entry.prefix_length > longest) {
      continue;
    }
    const uint8_t* const first = entry.first.data() + (is_ipv4 ? 12 : 0);
    bool within = true;
    for (unsigned bit = 0; bit < entry.prefix_length; ++bit) {
      const unsigned shift = 7 - bit % 8;
      within = within && (first[bit / 8] >> shift & 1) ==
                             (client.address[bit / 8] >> shift & 1);
    }
    if (!within || entry.prefix_length <= best) continue;
    best = entry.prefix_length;
    found = entry.text;
  }
  return found;
}

// Few different numbers, so that networks nest and touch.
std::string RandomAddress(std::mt19937* random, int family) {
  std::array<uint8_t, 16> bytes{};
  const uint8_t some[] = {0, 1, 2, 127, 128, 254, 255};
  for (uint8_t& byte : bytes) byte = some[(*random)() % std::size(some)];
  std::array<char, INET6_ADDRSTRLEN> text;
  inet_ntop(family, bytes.data(), text.data(), text.size());
  return text.data();
}

redis::AffinityEntry RandomEntry(std::mt19937* random,
                                 const std::string& label) {
  const int family = (*random)() % 2 == 0 ? AF_INET : AF_INET6;
  const unsigned length =
      static_cast<unsigned>((*random)()) % (family == AF_INET ? 33 : 129);
  const auto range = redis::ParsePrefixIgnoringHostBits(
      family == AF_INET ? redis::Family::kA : redis::Family::kAaaa,
      RandomAddress(random, family) + "/" + std::to_string(length));
  REQUIRE(range.has_value());
  std::array<char, redis::kAddressTextSize> buffer;
  auto entry = redis::ParseAffinityPrefix(absl::StrFormat(
      "%s/%d", FormatAddress(range->family, range->first, &buffer), length));
  REQUIRE(entry.ok());
  entry->label.name = label;
  return *std::move(entry);
}

redis::AffinityEntries RandomEntries(std::mt19937* random) {
  redis::AffinityList list;
  const int count = 1 + static_cast<int>((*random)() % 200);
  for (int i = 0; i < count; ++i) {
    list.push_back(RandomEntry(random, "l" + std::to_string(i)));
  }
  ArrangeAffinity(&list, nullptr);
  return redis::AffinityEntries(std::move(list));
}

void CheckRandomClients(const AffinityTable& table, std::mt19937* random) {
  for (int i = 0; i < 300; ++i) {
    const int family = (*random)() % 2 == 0 ? AF_INET : AF_INET6;
    const std::string client = RandomAddress(random, family);
    const unsigned longest =
        static_cast<unsigned>((*random)()) % (family == AF_INET ? 33 : 129);
    CAPTURE(client, longest);
    REQUIRE(Found(table, client, static_cast<int>(longest)) ==
            Longest(*table.entries(), *hashing::ParseClientSubnet(client),
                    longest));
  }
}

TEST_CASE("random networks are found as comparing with each of them finds") {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const AffinityTable table(
        std::make_shared<const redis::AffinityEntries>(RandomEntries(&random)));
    CheckRandomClients(table, &random);
  }
}

TEST_CASE("after edits networks are found as comparing with each finds") {
  std::mt19937 random(6);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    auto entries =
        std::make_shared<const redis::AffinityEntries>(RandomEntries(&random));
    auto table = AffinityTable::Of(entries, nullptr);
    for (int version = 0; version < 3; ++version) {
      const redis::AffinityList known(entries->begin(), entries->end());
      redis::AffinityEdits edits;
      for (int i = 0; i < 10; ++i) {
        edits.push_back({RandomEntry(&random, "new"), false});
        edits.push_back({known[random() % known.size()], true});
      }
      entries = std::make_shared<const redis::AffinityEntries>(
          entries->With(std::move(edits)));
      table = AffinityTable::Of(entries, table);
      REQUIRE(table->entries() == entries);
      CheckRandomClients(*table, &random);
    }
  }
}

TEST_CASE("the closest network around one is found in either list") {
  const auto before =
      AffinityOf({"10.0.0.0/8", "a", "10.1.0.0/16", "b", "10.1.2.0/24", "c"});
  const AffinityTable table(std::make_shared<const redis::AffinityEntries>(
      before->With({{*redis::ParseAffinityPrefix("10.1.2.3"), false},
                    {*redis::ParseAffinityPrefix("10.1.0.0/16"), true},
                    {*redis::ParseAffinityPrefix("10.1.0.0/20"), false}})));
  const auto client = *hashing::ParseClientSubnet("10.1.2.3");
  std::vector<std::string> around;
  for (const auto* row = table.Find(client, 32); row != nullptr;
       row = table.Around(client, *row)) {
    around.push_back(row->entry->text);
  }
  CHECK(around == std::vector<std::string>{"10.1.2.3", "10.1.2.0/24",
                                           "10.1.0.0/20", "10.0.0.0/8"});
}

TEST_CASE("a table is made again only from other entries") {
  const auto entries = AffinityOf({"10.0.0.0/8", "a"});
  const auto table = AffinityTable::Of(entries, nullptr);
  CHECK(AffinityTable::Of(entries, table) == table);
  CHECK(AffinityTable::Of(AffinityOf({"10.0.0.0/8", "a"}), table) != table);
  CHECK(AffinityTable::Of(nullptr, table) == nullptr);
}

}  // namespace
}  // namespace groupring::backend
