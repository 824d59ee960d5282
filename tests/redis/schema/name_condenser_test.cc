#include "redis/schema/name_condenser.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

const auto kOnG1 = std::make_shared<const GroupList>(GroupList{{"g1", 100}});
const auto kOnG2 = std::make_shared<const GroupList>(GroupList{{"g2", 100}});

std::shared_ptr<NameData> Name(const std::string& text) {
  auto name = std::make_shared<NameData>();
  name->name = text;
  name->groups = kOnG1;
  for (size_t f = 0; f < kFamilies; ++f) {
    name->addresses[f] = std::make_shared<const AddressSet>(
        text, static_cast<Family>(f), std::vector<AddressRange>());
    name->skip[f] = std::make_shared<const SkipList>();
  }
  return name;
}

std::vector<std::string> NamesOf(const CondensedNames& condensed) {
  std::vector<std::string> names;
  for (const auto& name : condensed.names) names.push_back(name->name);
  std::sort(names.begin(), names.end());
  return names;
}

TEST_CASE("the first of names that are alike stands for all") {
  NameCondenser condenser;
  for (const char* name : {"c.example.org", "a.example.org", "b.example.org"}) {
    condenser.Add(Name(name));
  }
  CHECK(condenser.kept() == 1);
  const CondensedNames condensed = condenser.Take();
  CHECK(NamesOf(condensed) == std::vector<std::string>{"a.example.org"});
  CHECK(CountOf(condensed.alike, "a.example.org") == 3);
  CHECK(CountOf(condensed.alike, "b.example.org") == 1);
}

TEST_CASE("names that anything tells apart each stand for themselves") {
  const auto with = [](const std::string& text, auto change) {
    auto name = Name(text);
    change(name.get());
    return name;
  };
  const auto differs = GENERATE_COPY(values<std::shared_ptr<NameData>>({
      with("b.example.net", [](NameData*) {}),
      with("b.sub.example.org", [](NameData*) {}),
      with("b.example.org", [](NameData* n) { n->groups = kOnG2; }),
      with("b.example.org", [](NameData* n) { n->config.ttl_seconds = 7; }),
      with("b.example.org",
           [](NameData* n) { n->config.on_empty = OnEmpty::kNodata; }),
      with("b.example.org", [](NameData* n) { n->config.panic_percent = 7; }),
      with("b.example.org", [](NameData* n) { n->config.answers = 2; }),
      with("b.example.org", [](NameData* n) { n->config_key.fields = 2; }),
      with("b.example.org",
           [](NameData* n) {
             n->skip[1] =
                 std::make_shared<const SkipList>(std::vector<AddressRange>{
                     *ParsePrefix(Family::kAaaa, "2001:db8::/32")});
           }),
  }));
  CAPTURE(differs->name);
  NameCondenser condenser;
  condenser.Add(Name("a.example.org"));
  condenser.Add(differs);
  const CondensedNames condensed = condenser.Take();
  CHECK(condensed.names.size() == 2);
  CHECK(condensed.alike.empty());
}

TEST_CASE("what has something of its own is never condensed") {
  const auto change = GENERATE(values<void (*)(NameData*)>({
      [](NameData* n) { n->config.is_zone = true; },
      [](NameData* n) { n->config.records_json = "[]"; },
      [](NameData* n) { n->config.ns = {"ns.example.org"}; },
      [](NameData* n) { n->groups = std::make_shared<const GroupList>(); },
      [](NameData* n) {
        n->last_good[0] = std::make_shared<const AddressSet>(
            "x", Family::kA,
            std::vector<AddressRange>{*ParseMember(Family::kA, "192.0.2.1")});
      },
  }));
  NameCondenser condenser;
  for (const char* text : {"a.example.org", "b.example.org"}) {
    auto name = Name(text);
    change(name.get());
    condenser.Add(name);
  }
  CHECK(condenser.alone().size() == 2);
  CHECK(condenser.Take().names.size() == 2);
}

TEST_CASE("a name that is taken out stands for itself, and no name is lost") {
  NameCondenser condenser;
  const auto b = Name("b.example.org");
  condenser.Add(Name("a.example.org"));
  condenser.Add(b);
  condenser.Add(Name("c.example.org"));
  condenser.TakeOut(b);
  condenser.TakeOut(Name("a.example.org"));  // it is kept anyhow
  const CondensedNames condensed = condenser.Take();
  CHECK(NamesOf(condensed) ==
        std::vector<std::string>{"a.example.org", "b.example.org"});
  CHECK(CountOf(condensed.alike, "a.example.org") == 2);
  CHECK(CountOf(condensed.alike, "b.example.org") == 1);
}

}  // namespace
}  // namespace groupring::redis
