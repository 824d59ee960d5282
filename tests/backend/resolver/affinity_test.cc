// Clients of networks that hash as one.
#include <string>

#include "hashing/label_key.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/resolver/world.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

const AffinityTable& Table() {
  static const AffinityTable table(AffinityOf(
      {"203.0.113.0/24", "customer-17", "2001:db8:17::/48", "customer-17",
       "198.51.0.0/16", "big/4", "198.51.100.7/32", "single",
       "2001:db8:17:1::/64", "lan", "192.0.2.128/25", "half"}));
  return table;
}

std::string LabelOf(const std::string& remote, const std::string& real) {
  const Client client = ClientOf(remote, real, &Table());
  return client.affinity == nullptr ? "" : client.affinity->entry->label.name;
}

TEST_CASE("networks with one label have one key, over families") {
  const Client v4 = ClientOf("192.0.2.53", "203.0.113.0/24", &Table());
  const Client v6 = ClientOf("192.0.2.53", "2001:db8:17::/48", &Table());
  CHECK(v4.key == v6.key);
  CHECK(v4.key == hashing::LabelKey(hashing::LabelHash("customer-17"), 0));
  CHECK(hashing::SubnetText(v4.subnet) == "203.0.113.0/24");
  CHECK(v4.scope_mask == 24);
  CHECK(v6.scope_mask == 48);
  CHECK(ClientOf("192.0.2.53", "203.0.112.0/24", &Table()).affinity == nullptr);
}

TEST_CASE("a label is spread over its keys by the client's subnet") {
  std::set<uint64_t> keys;
  for (int i = 0; i < 256; ++i) {
    const std::string net = "198.51." + std::to_string(i);
    const Client client = ClientOf("", net + ".0/24", &Table());
    keys.insert(client.key.value);
    // All of a /24 have one, as its answer may be cached for all of it.
    CHECK(ClientOf("", net + ".99/32", &Table()).key == client.key);
  }
  CHECK(keys.size() == 4);
}

TEST_CASE("an entry longer than /24 or /48 is for those who ask themselves") {
  CHECK(LabelOf("198.51.100.7", "198.51.100.7/32") == "single");
  CHECK(LabelOf("198.51.100.7", "198.51.100.7") == "single");
  CHECK(LabelOf("198.51.100.7", "") == "single");
  CHECK(LabelOf("198.51.100.7", "0.0.0.0/0") == "single");
  // Sent on by a resolver, its answer may be cached for the whole /24.
  CHECK(LabelOf("192.0.2.53", "198.51.100.7/32") == "big");
  CHECK(LabelOf("192.0.2.53", "192.0.2.200/32") == "");
  CHECK(LabelOf("192.0.2.53", "2001:db8:17:1::/64") == "customer-17");
  CHECK(LabelOf("2001:db8:17:1::5", "2001:db8:17:1::5/128") == "lan");
}

TEST_CASE("what an entry within the subnet decides is not for its neighbours") {
  CHECK(ClientOf("198.51.100.7", "198.51.100.7/32", &Table()).scope_mask == 32);
  CHECK(ClientOf("198.51.100.8", "198.51.100.8/32", &Table()).scope_mask == 24);
  CHECK(ClientOf("2001:db8:17:1::5", "2001:db8:17:1::5/128", &Table())
            .scope_mask == 128);
  CHECK(ClientOf("::ffff:198.51.100.7", "::ffff:198.51.100.7/128", &Table())
            .scope_mask == 128);
}

TEST_CASE("a subnet shorter than the entry is not within it") {
  CHECK(LabelOf("192.0.2.53", "198.51.0.0/15") == "");
  CHECK(LabelOf("192.0.2.53", "198.51.0.0/16") == "big");
  CHECK(LabelOf("192.0.2.53", "203.0.113.0/23") == "");
}

TEST_CASE("nobody has no label") {
  CHECK(ClientOf("0.0.0.0", "0.0.0.0/0", &Table()).affinity == nullptr);
  const AffinityTable all(AffinityOf({"0.0.0.0/0", "a", "::/0", "a"}));
  CHECK(ClientOf("0.0.0.0", "", &all).affinity == nullptr);
  CHECK(ClientOf("192.0.2.1", "", &all).affinity != nullptr);
}

TEST_CASE("clients of a label meet one group, on every name of the ring") {
  ResolverWorld world = WorldOfThreeGroups();
  world.data.Set("ftps.example.org", DatasetText::OnGroups({"g1", "g2", "g3"}));
  std::set<std::string> before;
  world.Apply();
  for (int i = 0; i < 40; ++i) {
    before.insert(GroupOfA(world.Ask("ftp.example.org", "A", Subnet(i))));
  }
  CHECK(before.size() == 3);
  world.data.SetAffinity(
      AffinityOf({"203.0.0.0/16", "a", "2001:db8::/32", "a"}));
  world.Apply();
  std::set<std::string> after;
  for (int i = 0; i < 40; ++i) {
    after.insert(GroupOfA(world.Ask("ftp.example.org", "A", Subnet(i))));
    after.insert(
        GroupOfAaaa(world.Ask("ftps.example.org", "AAAA",
                              "2001:db8:" + std::to_string(i) + "::/48")));
  }
  CHECK(after.size() == 1);
  world.data.SetAffinity(nullptr);
  world.Apply();
  CHECK(world.snapshot().affinity == nullptr);
}

}  // namespace
}  // namespace groupring::backend
