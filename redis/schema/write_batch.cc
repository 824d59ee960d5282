#include "redis/schema/write_batch.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "redis/schema/acceptance.h"
#include "redis/schema/affinity.h"
#include "redis/schema/enum_names.h"
#include "redis/schema/group_state.h"
#include "redis/schema/keys.h"
#include "redis/schema/razor_names.h"
#include "redis/schema/withheld.h"

namespace groupring::redis {
namespace {

constexpr std::string_view kHash = "hash";
constexpr std::string_view kSet = "set";
constexpr std::string_view kAnyType;

constexpr size_t kFieldsPerCommand = 10000;

// Appends the commands of each kind of write.
class CommandWriter {
 public:
  explicit CommandWriter(std::vector<TypedCommand>* commands)
      : commands_(commands) {}

  void operator()(const SetGroupState& write) {
    const std::string key = MakeKey(write.group, KeyKind::kState);
    Add(kAnyType, {"DEL", key});
    RedisCommand words = {"HSET", key};
    for (auto& [field, value] : FieldsOf(write.state)) {
      words.emplace_back(field);
      words.push_back(std::move(value));
    }
    Add(kHash, std::move(words));
  }
  void operator()(const AddMembers& write) {
    OnSet("SADD", write.owner, KeyKind::kMembers, write.family, write.members);
  }
  void operator()(const RemoveMembers& write) {
    OnSet("SREM", write.owner, KeyKind::kMembers, write.family, write.members);
  }
  void operator()(const SetWithheld& write) {
    RedisCommand words = {"HSET", MakeKey(write.group, KeyKind::kDisabled)};
    for (const WithheldAddress& address : write.addresses) {
      words.push_back(address.range.text);
      words.push_back(WithheldValue(address));
    }
    Add(kHash, std::move(words));
  }
  void operator()(const RemoveWithheld& write) {
    RedisCommand words = {"HDEL", MakeKey(write.group, KeyKind::kDisabled)};
    words.insert(words.end(), write.fields.begin(), write.fields.end());
    Add(kHash, std::move(words));
  }
  void operator()(const AddSkipped& write) {
    OnSet("SADD", write.name, KeyKind::kSkipList, write.family, {write.member});
  }
  void operator()(const RemoveSkipped& write) {
    OnSet("SREM", write.name, KeyKind::kSkipList, write.family, write.members);
  }
  void operator()(const ReplaceMembers& write) {
    Replace(write.owner, KeyKind::kMembers, write.family, write.members);
  }
  void operator()(const ReplaceSkipped& write) {
    Replace(write.name, KeyKind::kSkipList, write.family, write.members);
  }
  void operator()(const ReplaceWithheld& write) {
    Add(kAnyType, {"DEL", MakeKey(write.group, KeyKind::kDisabled)});
    if (!write.addresses.empty()) {
      (*this)(SetWithheld{write.group, write.addresses});
    }
  }
  void operator()(const SetConfigField& write) {
    Add(kHash, {"HSET", MakeKey(write.name, KeyKind::kConfig),
                std::string(ToText(write.field)), write.value});
  }
  void operator()(const RemoveConfigField& write) {
    // Fields are read in any case.
    const std::string field(ToText(write.field));
    Add(kHash, {"HDEL", MakeKey(write.name, KeyKind::kConfig), field,
                absl::AsciiStrToLower(field)});
  }
  void operator()(const AddGroupToName& write) {
    OnSet("SADD", write.name, KeyKind::kGroups, Family::kA, {write.group});
    if (write.weight.has_value()) {
      (*this)(SetWeight{write.name, write.group, *write.weight});
    } else {
      // Otherwise the weight would apply if the group is added again.
      RemoveWeight(write.name, write.group);
    }
  }
  void operator()(const RemoveGroupFromName& write) {
    OnSet("SREM", write.name, KeyKind::kGroups, Family::kA, {write.group});
    RemoveWeight(write.name, write.group);
  }
  void operator()(const SetWeight& write) {
    Add(kHash, {"HSET", MakeKey(write.name, KeyKind::kWeights), write.group,
                std::to_string(write.weight)});
  }
  void operator()(const SetWeightCourse& write) {
    RedisCommand words = {"HSET",
                          MakeKey(write.name, KeyKind::kWeights),
                          std::string(kCourseStartField),
                          std::to_string(write.course.start),
                          std::string(kCourseDurationField),
                          std::to_string(write.course.duration)};
    for (const WeightedGroup& group : write.before) {
      words.push_back(WeightBeforeField(group.name));
      words.push_back(std::to_string(group.weight));
    }
    Add(kHash, std::move(words));
  }
  void operator()(const EndWeightCourse& write) {
    RedisCommand words = {"HDEL", MakeKey(write.name, KeyKind::kWeights)};
    if (write.whole) {
      words.emplace_back(kCourseStartField);
      words.emplace_back(kCourseDurationField);
    }
    for (const std::string& group : write.groups) {
      words.push_back(WeightBeforeField(group));
    }
    Add(kHash, std::move(words));
  }
  void operator()(const DeleteName& write) {
    RedisCommand words = {"DEL", MakeKey(write.name, KeyKind::kConfig),
                          MakeKey(write.name, KeyKind::kGroups),
                          MakeKey(write.name, KeyKind::kWeights)};
    for (const Family family : {Family::kA, Family::kAaaa}) {
      if (!write.keep_members) {
        words.push_back(MakeKey(write.name, KeyKind::kMembers, family));
      }
      words.push_back(MakeKey(write.name, KeyKind::kSkipList, family));
    }
    Add(kAnyType, std::move(words));
  }
  void operator()(const SetHealthPause& write) {
    const std::string key = MakeKey(write.group, KeyKind::kCheck);
    const std::string field(ToText(CheckField::kPausedUntil));
    // Fields are read in any case.
    Add(kHash, {"HDEL", key, field, absl::AsciiStrToLower(field)});
    if (write.until != 0) {
      Add(kHash, {"HSET", key, field, std::to_string(write.until)});
    }
  }
  void operator()(const SetAffinity& write) {
    for (size_t i = 0; i < write.entries.size();) {
      RedisCommand words = {"HSET", std::string(kAffinityKey)};
      const size_t end = std::min(write.entries.size(), i + kFieldsPerCommand);
      for (; i < end; ++i) {
        words.push_back(write.entries[i].text);
        words.push_back(AffinityValue(write.entries[i].label));
      }
      Add(kHash, std::move(words));
    }
  }
  void operator()(const RemoveAffinity& write) {
    for (size_t i = 0; i < write.fields.size();) {
      RedisCommand words = {"HDEL", std::string(kAffinityKey)};
      const size_t end = std::min(write.fields.size(), i + kFieldsPerCommand);
      for (; i < end; ++i) words.push_back(write.fields[i]);
      Add(kHash, std::move(words));
    }
  }
  void operator()(const SetAccepted& write) {
    Add(kHash, AcceptanceCommand(write.acceptance));
  }

 private:
  void Add(std::string_view type, RedisCommand words) {
    commands_->push_back({type, std::move(words)});
  }
  void OnSet(const char* command, const std::string& owner, KeyKind kind,
             Family family, const std::vector<std::string>& members) {
    RedisCommand words = {command, MakeKey(owner, kind, family)};
    words.insert(words.end(), members.begin(), members.end());
    Add(kSet, std::move(words));
  }
  void Replace(const std::string& owner, KeyKind kind, Family family,
               const std::vector<std::string>& members) {
    Add(kAnyType, {"DEL", MakeKey(owner, kind, family)});
    if (!members.empty()) OnSet("SADD", owner, kind, family, members);
  }
  static std::string WeightBeforeField(const std::string& group) {
    return std::string(kWeightBeforePrefix) + group;
  }
  void RemoveWeight(const std::string& name, const std::string& group) {
    Add(kHash, {"HDEL", MakeKey(name, KeyKind::kWeights), group});
  }

  std::vector<TypedCommand>* const commands_;
};

// The name whose CONFIG or GROUPS a write changes, or that a write of addresses
// may create; null when there is none.
struct NameOfHead {
  template <typename Write>
  const std::string* operator()(const Write& write) const {
    if constexpr (std::is_same_v<Write, SetConfigField> ||
                  std::is_same_v<Write, RemoveConfigField> ||
                  std::is_same_v<Write, AddGroupToName> ||
                  std::is_same_v<Write, RemoveGroupFromName> ||
                  std::is_same_v<Write, DeleteName>) {
      return &write.name;
    } else if constexpr (std::is_same_v<Write, AddMembers> ||
                         std::is_same_v<Write, ReplaceMembers>) {
      return MayBeRazorName(write.owner) ? &write.owner : nullptr;
    } else {
      return nullptr;
    }
  }
};

}  // namespace

std::vector<TypedCommand> CommandsOf(const WriteBatch& batch) {
  std::vector<TypedCommand> commands;
  CommandWriter writer(&commands);
  for (const Write& write : batch) std::visit(writer, write);
  return commands;
}

std::vector<std::string> NamesWritten(const WriteBatch& batch) {
  std::set<std::string> names;
  for (const Write& write : batch) {
    const std::string* name = std::visit(NameOfHead(), write);
    if (name != nullptr) names.insert(*name);
  }
  return {names.begin(), names.end()};
}

bool WritesServiceOnly(const WriteBatch& batch) {
  return std::all_of(batch.begin(), batch.end(), [](const Write& write) {
    return std::holds_alternative<SetGroupState>(write) ||
           std::holds_alternative<SetWeight>(write) ||
           std::holds_alternative<SetWeightCourse>(write) ||
           std::holds_alternative<EndWeightCourse>(write);
  });
}

}  // namespace groupring::redis
