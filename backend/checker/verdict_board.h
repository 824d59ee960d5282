// Compares the verdicts that Redis should hold with those that it holds, as far
// as is known, and makes the commands that remove the difference. No I/O.
#ifndef GROUPRING_BACKEND_CHECKER_VERDICT_BOARD_H_
#define GROUPRING_BACKEND_CHECKER_VERDICT_BOARD_H_

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "redis/schema/write_batch.h"

namespace groupring::backend {

// Not thread-safe.
class VerdictBoard {
 public:
  // Address → verdict, as in the hash of a group.
  using GroupVerdictTexts = std::map<std::string, std::string>;

  // `checker`: whose verdicts they are.
  explicit VerdictBoard(std::string checker) : checker_(std::move(checker)) {}

  // The verdict that Redis should hold; nullopt: none.
  void Set(const std::string& group, const std::string& address,
           const std::optional<std::string>& verdict);

  // All verdicts of the group that were found in Redis.
  void Found(const std::string& group, GroupVerdictTexts verdicts);

  // The groups that have verdicts, or should have.
  std::set<std::string> Groups() const;

  struct Change {
    std::string group;
    std::string address;
    std::optional<std::string> verdict;
  };
  // The differences, at most `limit` of them.
  std::vector<Change> Differences(size_t limit) const;
  std::vector<redis::RedisCommand> CommandsOf(
      const std::vector<Change>& changes) const;
  // Redis has executed these changes.
  void Wrote(const std::vector<Change>& changes);

 private:
  struct Place {
    std::string group;
    std::string address;

    auto operator<=>(const Place&) const = default;
  };
  using Texts = std::map<std::string, GroupVerdictTexts>;  // by group

  static const std::string* Find(const Texts& texts, const Place& place);
  static void Put(const Place& place, const std::optional<std::string>& verdict,
                  Texts* texts);
  void Compare(const Place& place);

  const std::string checker_;
  Texts wanted_;
  Texts held_;
  std::set<Place> different_;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHECKER_VERDICT_BOARD_H_
