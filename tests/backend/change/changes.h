// What tests of changes share: an occasion, and commands as text.
#ifndef GROUPRING_TESTS_BACKEND_CHANGE_CHANGES_H_
#define GROUPRING_TESTS_BACKEND_CHANGE_CHANGES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "backend/change/operations.h"
#include "backend/report/change_words.h"
#include "redis/schema/dataset_edit.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {

inline constexpr int64_t kNow = 1'800'000'000'000;  // 2027-01-15T08:00:00Z

inline Occasion AnaNow(const std::string& reason = "kernel") {
  return {"ana@ns1", reason, kNow};
}

// An operation, and what an operator types after it.
struct Invoked {
  Operation operation;
  Arguments given;
};

// REQUIRES: a value for each operand and required option.
inline Invoked Ask(redis::ChangeKind kind,
                   const std::map<std::string, std::string>& texts) {
  Invoked asked;
  for (const Operation& operation : Operations()) {
    if (operation.kind == kind) asked.operation = operation;
  }
  for (const CommandParameter& parameter : asked.operation.parameters) {
    asked.given.values[parameter.name].text = parameter.initial;
  }
  asked.given.values[kUntilOption];
  asked.given.values[kForceOption];
  for (const auto& [name, text] : texts)
    asked.given.values.at(name).text = text;
  return asked;
}

// The commands as an operator would type them.
inline std::vector<std::string> Typed(const Change& change) {
  std::vector<std::string> lines;
  for (const redis::TypedCommand& command : CommandsOf(change.writes)) {
    std::string line;
    for (const std::string& word : command.words) {
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
  }
  return lines;
}

inline std::string Before(const Change& change) {
  return StandingWords(change.before);
}
inline std::string After(const Change& change) {
  return StandingWords(change.after);
}
inline std::vector<std::string> Remarks(const Change& change) {
  std::vector<std::string> texts;
  for (const Remark& remark : change.remarks) {
    texts.push_back(RemarkText(remark, change));
  }
  return texts;
}
inline std::vector<std::string> Texts(
    const std::vector<Objection>& objections) {
  std::vector<std::string> texts;
  for (const Objection& objection : objections) {
    texts.push_back(ObjectionText(objection));
  }
  return texts;
}

// The data once the change is written.
inline redis::Dataset Written(const Change& change,
                              const redis::Dataset& before) {
  return Apply(change.writes, before).dataset;
}

inline Change Made(const absl::StatusOr<Change>& change) {
  INFO(change.status().ToString());
  REQUIRE(change.ok());
  return *change;
}

inline std::string ErrorOf(const absl::StatusOr<Change>& change,
                           absl::StatusCode code) {
  REQUIRE_FALSE(change.ok());
  CHECK(change.status().code() == code);
  return std::string(change.status().message());
}

// example.org with ftp. and ftps. on g1, g2 and g3, each with an address of
// both families, in service.
inline DatasetText ThreeGroups() {
  DatasetText data;
  const std::vector<std::string> groups = {"g1", "g2", "g3"};
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    data.SetGroup(groups[i], {"198.51.100." + n}, {"2001:db8::" + n});
  }
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups(groups));
  data.Set("ftps.example.org", DatasetText::OnGroups(groups));
  return data;
}

inline redis::Dataset Written(const Change& change) {
  return Written(change, ThreeGroups().dataset());
}

inline void SetState(DatasetText* data, const std::string& group,
                     redis::GroupState state) {
  const std::string n = group.substr(1);
  data->SetGroup(group, {"198.51.100." + n}, {"2001:db8::" + n},
                 std::move(state));
}

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_CHANGE_CHANGES_H_
