// Datasets written as Redis commands would write them, without a Redis.
#ifndef GROUPRING_TESTS_BACKEND_DATASET_TEXT_H_
#define GROUPRING_TESTS_BACKEND_DATASET_TEXT_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "redis/model/dataset.h"

namespace groupring::backend {

// Builds a Dataset step by step; each call replaces what was said before of
// the same name or group.
class DatasetText {
 public:
  struct Name {
    redis::NameConfig config;
    redis::GroupList groups;
    std::vector<std::string> a;
    std::vector<std::string> aaaa;
    std::vector<std::string> skip_a;
    std::vector<std::string> skip_aaaa;
  };

  // A name that answers from the groups (weight 100 each).
  static Name OnGroups(const std::vector<std::string>& groups);
  // A zone's apex with SOA and one name server, and nothing else.
  static Name Apex();

  void Set(const std::string& name, const Name& contents);
  void RemoveName(const std::string& name);
  void SetGroup(const std::string& group, const std::vector<std::string>& a,
                const std::vector<std::string>& aaaa,
                redis::GroupState state = {});

  // The group, which is there, withholds the addresses for that cause until
  // then (unix seconds; 0: forever), and no others.
  void Withhold(const std::string& group,
                const std::vector<std::string>& addresses, int64_t until = 0,
                redis::WithheldCause cause = redis::WithheldCause::kOperator);

  // Null: no networks hash as one.
  void SetAffinity(std::shared_ptr<const redis::AffinityEntries> entries) {
    dataset_.affinity = std::move(entries);
  }

  const redis::Dataset& dataset() const { return dataset_; }

 private:
  redis::Dataset dataset_;
  std::map<std::vector<std::pair<std::string, uint32_t>>,
           std::shared_ptr<const redis::GroupList>>
      lists_;
};

redis::GroupState Disabled();

}  // namespace groupring::backend

#endif  // GROUPRING_TESTS_BACKEND_DATASET_TEXT_H_
