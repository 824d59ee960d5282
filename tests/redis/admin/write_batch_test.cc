// What a batch is said to come to is what Redis holds once it is written.
#include "redis/schema/write_batch.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "redis/schema/dataset_edit.h"
#include "redis/schema/keys.h"
#include "redis/schema/withheld.h"
#include "tests/redis/admin/admin_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/redis_server.h"

namespace groupring::redis {
namespace {

using Texts = std::vector<std::string>;

constexpr Family kBothFamilies[] = {Family::kA, Family::kAaaa};

const Texts kNames = {"example.org", "ftp.example.org", "both.example.org"};
// One of them is called like a name.
const Texts kGroups = {"g1", "g2", "g3", "both.example.org"};
const Texts kAddresses[] = {
    {"192.0.2.1", "192.0.2.2", "198.51.100.0/24", "198.51.100.7"},
    {"2001:db8::1", "2001:DB8::1", "2001:db8:0::1", "2001:db8:1::/48"}};
// What razor's rules make ranges of.
const Texts kHostBits[] = {{"198.51.100.7/24"}, {"2001:db8:1::5/48"}};
const std::map<ConfigField, Texts> kValues = {
    {ConfigField::kSoa, {"ns1.example.net h.example.net 1 2 3 4 5", " x "}},
    {ConfigField::kNs, {"NS1.example.net., ns2.example.net", "a..b"}},
    {ConfigField::kTtl, {"30", "0", "1m"}},
    {ConfigField::kAnswer,
     {"random", " Consistent_Hash", "group_consistent_hash", "geoip", "junk"}},
    {ConfigField::kAnswers, {"2", "32", "33"}},
    {ConfigField::kOnEmpty, {"servfail", "fail_open", "nodata", "junk"}},
    {ConfigField::kPanic, {"0", "50", "101"}},
    {ConfigField::kRecords, {"[]", " [{\"name\": \"www\"}] "}}};

std::string TextOf(const AddressSet& set) {
  Texts texts = set.Texts();
  std::sort(texts.begin(), texts.end());
  // Sets without members may be one object, whatever their keys.
  return (set.empty() ? "" : set.key()) + "=" + absl::StrJoin(texts, ",");
}

std::string TextOf(const GroupData& group) {
  const GroupState& state = group.state;
  std::string withheld;
  for (const auto& family : group.withheld) {
    if (family == nullptr) continue;
    for (const WithheldAddress& address : family->entries()) {
      withheld += absl::StrFormat(" out %s: '%s'", address.range.text,
                                  WithheldValue(address));
    }
  }
  return withheld +
         absl::StrFormat("%s: %d %d+%d until %d since %d by '%s' '%s' %s %s",
                         group.name, static_cast<int>(state.state), state.start,
                         state.duration, state.until, state.since, state.by,
                         state.reason, TextOf(*group.addresses[0]),
                         TextOf(*group.addresses[1]));
}

std::string TextOf(const NameData& name) {
  const NameConfig& c = name.config;
  std::string text = absl::StrFormat(
      "%s: zone %d '%s' ns %s ttl %d answer %d (%d) answers %d empty %d "
      "records '%s' fields %x inherited %x groups",
      name.name, c.is_zone, c.soa, absl::StrJoin(c.ns, ","), c.ttl_seconds,
      static_cast<int>(c.answer), name.config_key.gives_answer, c.answers,
      static_cast<int>(c.on_empty), c.records_json, name.config_key.fields,
      name.config_key.inherited);
  for (const WeightedGroup& group : *name.groups) {
    text += absl::StrFormat(" %s=%d", group.name, group.weight);
  }
  for (const Family family : kBothFamilies) {
    const auto f = static_cast<size_t>(family);
    text += " " + TextOf(*name.addresses[f]) + " skip " +
            absl::StrJoin(name.skip[f]->Prefixes(family), ",");
  }
  return text;
}

Texts LinesOf(const Dataset& dataset) {
  Texts lines;
  std::set<std::string> on_names;
  for (const auto& [key, name] : dataset.names) {
    lines.push_back(TextOf(*name));
    for (const WeightedGroup& group : *name->groups) {
      on_names.insert(group.name);
    }
  }
  for (const auto& [key, group] : dataset.groups) {
    // Of a group that is on no name the sets are those of the name.
    if (dataset.names.contains(key) && !on_names.contains(key)) continue;
    const bool has_any =
        !(group->state == GroupState()) || !group->addresses[0]->empty() ||
        !group->addresses[1]->empty() || group->withheld[0] != nullptr ||
        group->withheld[1] != nullptr;
    if (has_any) lines.push_back(TextOf(*group));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

// Whether CONFIG and GROUPS of the name are the same.
bool SameHead(const Dataset& a, const Dataset& b, const std::string& name) {
  const auto head = [&](const Dataset& dataset) -> std::string {
    const auto found = dataset.names.find(name);
    if (found == dataset.names.end()) return "";
    NameData data = *found->second;
    GroupList groups = *data.groups;
    for (WeightedGroup& group : groups) group.weight = kDefaultWeight;
    data.groups = std::make_shared<const GroupList>(std::move(groups));
    for (const Family family : kBothFamilies) {
      const auto f = static_cast<size_t>(family);
      data.addresses[f] =
          std::make_shared<AddressSet>("", family, std::vector<AddressRange>());
      data.skip[f] = std::make_shared<SkipList>();
    }
    return TextOf(data);
  };
  return head(a) == head(b);
}

// Everything, also of groups that are on no name.
Dataset ReadAll(Admin* admin) {
  absl::StatusOr<Dataset> dataset = admin->Load();
  if (!dataset.ok()) throw std::runtime_error(dataset.status().ToString());
  for (const Texts& owners : {kGroups, kNames}) {
    for (const std::string& owner : owners) {
      if (dataset->groups.contains(owner)) continue;
      auto group = admin->LoadGroup(owner);
      if (!group.ok()) throw std::runtime_error(group.status().ToString());
      if (*group != nullptr) dataset->groups[owner] = *std::move(group);
    }
  }
  return *std::move(dataset);
}

// Makes writes that are possible where the data is as `now`.
class Writer {
 public:
  Writer(unsigned seed, Admin* admin) : random_(seed), admin_(admin) {}

  WriteBatch Batch(const Dataset& before) {
    now_ = before;
    by_razor_ = before.schema == Schema::kRazor;
    lists_.clear();
    WriteBatch batch;
    for (int writes = Below(4) + 1; writes > 0; --writes) {
      batch.push_back(Next());
      now_ = Apply({batch.back()}, std::move(now_)).dataset;
    }
    return batch;
  }

 private:
  int Below(size_t bound) { return static_cast<int>(random_() % bound); }
  const std::string& One(const Texts& texts) {
    return texts[static_cast<size_t>(Below(texts.size()))];
  }

  Write Next() {
    const std::string& name = One(kNames);
    const std::string& group = One(kGroups);
    const auto family = static_cast<Family>(Below(2));
    const bool known = now_.names.contains(name);
    switch (Below(17)) {
      case 0:
        return SetGroupState{group, State()};
      case 1:
        return AddMembers{One(Below(2) == 0 ? kNames : kGroups),
                          family,
                          {Address(family), Address(family)}};
      case 2:
        return Removal(One(Below(2) == 0 ? kNames : kGroups), family);
      case 3:
        if (!known || !FirstOf(name, family)) break;
        return AddSkipped{name, family, Address(family)};
      case 4:
        if (!known || !FirstOf(name, family)) break;
        return Unskipping(name, family);
      case 5:
      case 6: {
        const ConfigField field = Field();
        return SetConfigField{name, field, One(kValues.at(field))};
      }
      case 7:
        return RemoveConfigField{name, Field()};
      case 8:
        return RemoveGroupFromName{name, group};
      case 9:
        if (!known || now_.names.at(name)->groups->empty()) break;
        return SetWeight{name, now_.names.at(name)->groups->front().name,
                         static_cast<uint32_t>(Below(kMaxWeight + 1))};
      case 10:
        if (Below(3) != 0) break;
        // By razor's rules its zone goes, or it does not while it has members.
        if (by_razor_ && name == kNames[0]) break;
        return DeleteName{name, Below(2) == 0 && !by_razor_};
      case 11:
        return SetWithheld{group, {Withheld(), Withheld()}};
      case 12:
        return RemoveWithheld{group, {Withheld().range.text}};
      case 13:
        if (Below(3) == 0) return ReplaceWithheld{group, {}};
        return ReplaceWithheld{group, {Withheld()}};
      case 14:
        if (Below(3) == 0) return ReplaceMembers{group, family, {}};
        return ReplaceMembers{group, family, {Address(family)}};
      case 15:
        if (!known || !FirstOf(name, family)) break;
        return ReplaceSkipped{name, family, {Address(family)}};
      default:
        break;
    }
    if (Below(2) == 0) return AddGroupToName{name, group, {}};
    return AddGroupToName{name, group, static_cast<uint32_t>(Below(300))};
  }

  GroupState State() {
    GroupState state;
    state.state = static_cast<AdminState>(Below(4));
    state.start = Below(1000);
    state.duration = Below(1000);
    state.until = Below(2) * 2000;
    state.since = Below(1000);
    state.by = Below(2) == 0 ? "" : "ana@ns1";
    state.reason = Below(2) == 0 ? "" : " disk, again ";
    return state;
  }
  WithheldAddress Withheld() {
    const auto family = static_cast<Family>(Below(2));
    WithheldAddress address;
    address.range =
        *ParsePrefix(family, One(kAddresses[static_cast<size_t>(family)]));
    address.until = Below(2) * 2000;
    address.since = Below(1000);
    address.by = Below(2) == 0 ? "" : "ana@ns1";
    address.reason = Below(2) == 0 ? "" : " disk, again ";
    return address;
  }
  // By razor's rules a new zone makes names of what no dataset knew: the zone
  // stays.
  ConfigField Field() {
    const auto field = static_cast<ConfigField>(Below(8));
    return by_razor_ && field == ConfigField::kSoa ? ConfigField::kTtl : field;
  }
  const std::string& Address(Family family) {
    if (by_razor_ && Below(4) == 0) {
      return One(kHostBits[static_cast<size_t>(family)]);
    }
    return One(kAddresses[static_cast<size_t>(family)]);
  }
  RemoveMembers Removal(const std::string& owner, Family family) {
    return {owner, family, {Address(family), Address(family)}};
  }
  // A list is written once in a batch: what remains is read from Redis.
  bool FirstOf(const std::string& name, Family family) {
    return lists_.insert(MakeKey(name, KeyKind::kSkipList, family)).second;
  }
  RemoveSkipped Unskipping(const std::string& name, Family family) {
    RemoveSkipped write{name, family, {Address(family)}, {}};
    const auto members = admin_->connection().Command(
        {"SMEMBERS", MakeKey(name, KeyKind::kSkipList, family)});
    REQUIRE(members.ok());
    for (const Reply& member : members->elements) {
      if (member.text != write.members[0]) {
        write.remaining.push_back(member.text);
      }
    }
    return write;
  }

  std::mt19937 random_;
  Admin* const admin_;
  bool by_razor_ = false;
  Dataset now_;
  std::set<std::string> lists_;
};

TEST_CASE("what a batch is said to come to is what it writes") {
  testing::RedisServer redis;
  const Schema schema = GENERATE(Schema::kGroupring, Schema::kRazor);
  CAPTURE(static_cast<int>(schema));
  const auto admin = Connected(redis.url(), testing::kPatience, {}, schema);
  for (unsigned seed = 1; seed <= 12; ++seed) {
    redis.Run("FLUSHALL\n");
    if (schema == Schema::kRazor) {
      redis.Run("HSET example.org:CONFIG SOA soa TTL 300 ANSWERS 2\n");
    }
    Writer writer(seed, admin.get());
    for (int step = 0; step < 25; ++step) {
      const Dataset before = ReadAll(admin.get());
      const WriteBatch batch = writer.Batch(before);
      const EditedDataset said = Apply(batch, before);
      REQUIRE(admin->Commit(batch, Entry("test", "all")).ok());
      const Dataset written = ReadAll(admin.get());
      CAPTURE(seed, step);
      for (const TypedCommand& command : CommandsOf(batch)) {
        UNSCOPED_INFO(absl::StrJoin(command.words, " "));
      }
      REQUIRE(LinesOf(said.dataset) == LinesOf(written));

      const Texts heads = NamesWritten(batch);
      std::string cleaning;
      for (const std::string& name : kNames) {
        // By razor's rules a known name changes with others' keys, too, which
        // are known as well.
        const bool is_followed =
            schema == Schema::kRazor && before.names.contains(name);
        CHECK((SameHead(before, written, name) || is_followed ||
               std::find(heads.begin(), heads.end(), name) != heads.end()));
        // A name made again would find the lists that it left.
        if (written.names.contains(name)) continue;
        for (const Family family : kBothFamilies) {
          cleaning += "DEL " + MakeKey(name, KeyKind::kSkipList, family) + "\n";
        }
      }
      if (!cleaning.empty()) redis.Run(cleaning);
    }
  }
}

TEST_CASE("an acceptance is what it writes") {
  testing::RedisServer redis;
  const auto admin = Connected(redis.url());
  const Acceptance acceptance{1'800'000'000'000, 7, "ana@ns1", "moved"};
  REQUIRE(admin->Commit({SetAccepted{acceptance}}, Entry("test", "all")).ok());
  CHECK(*admin->Accepted() == acceptance);
  CHECK(Apply({SetAccepted{acceptance}}, {}).dataset.accepted_unix_millis ==
        acceptance.unix_millis);
}

}  // namespace
}  // namespace groupring::redis
