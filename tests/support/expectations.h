// Which answers are right, while that changes.
#ifndef GROUPRING_TESTS_SUPPORT_EXPECTATIONS_H_
#define GROUPRING_TESTS_SUPPORT_EXPECTATIONS_H_

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace groupring::testing {

// A question takes its time, and several changes may fall into that: its answer
// is right if it was right at any moment since it was asked. Thread-safe.
class Expectations {
 public:
  // For each client, the groups whose answer is right.
  using Groups = std::vector<std::set<std::string>>;

 private:
  using Seen = std::vector<std::shared_ptr<const Groups>>;

 public:
  using Question = std::list<Seen>::iterator;

  // From now on.
  void Adopt(Groups groups);

  // A question is asked; each needs its End.
  Question Begin();

  // Whether the group was right for the client; *last is one that is right now.
  bool End(Question question, size_t client, const std::string& group,
           std::string* last);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Groups> now_;  // guarded by mutex_
  std::list<Seen> asked_;              // guarded by mutex_
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_EXPECTATIONS_H_
