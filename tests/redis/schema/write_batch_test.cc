#include "redis/schema/write_batch.h"

#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "tests/support/catch.h"

namespace groupring::redis {
namespace {

using Lines = std::vector<std::string>;

// "hash: HSET …"; without a type "any: DEL …".
Lines CommandsOf(const Write& write) {
  Lines lines;
  for (const TypedCommand& command : CommandsOf(WriteBatch{write})) {
    lines.push_back((command.type.empty() ? "any" : std::string(command.type)) +
                    ": " + absl::StrJoin(command.words, " "));
  }
  return lines;
}

GroupState Ramp(AdminState state) {
  return {state, 100, 60, 0, 90, "disk", "ana@ns1"};
}

TEST_CASE("each kind of write has its commands, and the type of their key") {
  const std::vector<std::pair<Write, Lines>> cases = {
      {SetGroupState{"g1", Ramp(AdminState::kDraining)},
       {"any: DEL g1:STATE",
        "hash: HSET g1:STATE state draining start 100 duration 60 since 90 by "
        "ana@ns1 reason disk"}},
      {SetGroupState{"g1", {AdminState::kDisabled, 0, 0, 200, 90, "", ""}},
       {"any: DEL g1:STATE",
        "hash: HSET g1:STATE state disabled until 200 since 90"}},
      {AddMembers{"g1", Family::kA, {"192.0.2.1", "192.0.2.2"}},
       {"set: SADD g1:A 192.0.2.1 192.0.2.2"}},
      {RemoveMembers{"g1", Family::kAaaa, {"2001:db8::1"}},
       {"set: SREM g1:AAAA 2001:db8::1"}},
      {AddSkipped{"a.test", Family::kAaaa, "2001:db8::/32"},
       {"set: SADD a.test:AAAA:SKIPLIST 2001:db8::/32"}},
      {RemoveSkipped{"a.test", Family::kA, {"192.0.2.1"}, {"192.0.2.2"}},
       {"set: SREM a.test:A:SKIPLIST 192.0.2.1"}},
      {SetConfigField{"a.test", ConfigField::kOnEmpty, "servfail"},
       {"hash: HSET a.test:CONFIG ON_EMPTY servfail"}},
      {RemoveConfigField{"a.test", ConfigField::kTtl},
       {"hash: HDEL a.test:CONFIG TTL ttl"}},
      {AddGroupToName{"a.test", "g1", {}},
       {"set: SADD a.test:GROUPS g1", "hash: HDEL a.test:WEIGHTS g1"}},
      {AddGroupToName{"a.test", "g1", 30},
       {"set: SADD a.test:GROUPS g1", "hash: HSET a.test:WEIGHTS g1 30"}},
      {RemoveGroupFromName{"a.test", "g1"},
       {"set: SREM a.test:GROUPS g1", "hash: HDEL a.test:WEIGHTS g1"}},
      {SetWeight{"a.test", "g1", 0}, {"hash: HSET a.test:WEIGHTS g1 0"}},
      {DeleteName{"a.test", false},
       {"any: DEL a.test:CONFIG a.test:GROUPS a.test:WEIGHTS a.test:A "
        "a.test:A:SKIPLIST a.test:AAAA a.test:AAAA:SKIPLIST"}},
      {DeleteName{"a.test", true},
       {"any: DEL a.test:CONFIG a.test:GROUPS a.test:WEIGHTS "
        "a.test:A:SKIPLIST a.test:AAAA:SKIPLIST"}},
      {SetAccepted{{1000, 7, "ana@ns1", "moved"}},
       {"hash: HSET groupring:accepted time 1000 names 7 by ana@ns1 reason "
        "moved"}},
  };
  for (const auto& [write, commands] : cases) {
    CHECK(CommandsOf(write) == commands);
  }
}

TEST_CASE("the names whose CONFIG or GROUPS a batch writes") {
  CHECK(NamesWritten({SetGroupState{"g1", {}}, SetWeight{"w.test", "g1", 1},
                      AddMembers{"g1", Family::kA, {"192.0.2.1"}},
                      AddSkipped{"s.test", Family::kA, "192.0.2.1"}})
            .empty());
  CHECK(NamesWritten({SetConfigField{"e.test", ConfigField::kTtl, "1"},
                      RemoveConfigField{"d.test", ConfigField::kTtl},
                      AddGroupToName{"c.test", "g1", {}},
                      RemoveGroupFromName{"b.test", "g1"},
                      DeleteName{"a.test", false},
                      AddGroupToName{"c.test", "g2", {}}}) ==
        Lines{"a.test", "b.test", "c.test", "d.test", "e.test"});
}

TEST_CASE("states and weights decide who is in service, and nothing else") {
  const Write state = SetGroupState{"g1", {}};
  CHECK(WritesServiceOnly({state, SetWeight{"a.test", "g1", 1}}));
  CHECK_FALSE(WritesServiceOnly({state, AddGroupToName{"a.test", "g1", {}}}));
  CHECK_FALSE(WritesServiceOnly({DeleteName{"a.test", false}, state}));
}

}  // namespace
}  // namespace groupring::redis
