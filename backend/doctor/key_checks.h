// Finds keys that look like groupring's but are misspelt, so that nothing reads
// them.
#ifndef GROUPRING_BACKEND_DOCTOR_KEY_CHECKS_H_
#define GROUPRING_BACKEND_DOCTOR_KEY_CHECKS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "redis/base/diagnostic.h"
#include "redis/model/dataset.h"
#include "redis/schema/name_condenser.h"

namespace groupring::backend {

// Looks at the keys of a database one by one. Keys of other applications are
// passed over: except for CONFIG and GROUPS, a key must belong to a name or
// group in the dataset.
class KeyChecks {
 public:
  // Keys that are listed one by one.
  static constexpr size_t kMaxListed = 50;

  // The dataset outlives it.
  // `alike`: for how many names those of the dataset stand. All names in the
  // parent domain of one that stands for others count as known.
  explicit KeyChecks(const redis::Dataset& dataset,
                     const redis::AlikeNames& alike = {});

  void See(std::string_view key);

  // The WEIGHTS keys of known names that were seen, at most 10,000. The caller
  // reads them and passes their fields to SeeWeights.
  const std::vector<std::string>& weights_keys() const { return weights_keys_; }
  void SeeWeights(const std::string& key,
                  const std::vector<std::string>& groups);

  // What was found: keys that differ from one of groupring's in the case or
  // the spelling of what follows the colon, by blanks, control characters or a
  // byte order mark, or in the case of the group; and names that DNS cannot
  // ask for; weights of groups that are not on the name.
  Diagnostics Findings() const;

 private:
  bool IsKnown(std::string_view owner) const;
  bool Concerns(std::string_view meant) const;
  std::string Meant(std::string_view key) const;
  void Add(Diagnostic finding);

  const redis::Dataset& dataset_;
  std::vector<std::string> weights_keys_;
  absl::flat_hash_set<std::string> owners_;   // names and groups
  absl::flat_hash_set<std::string> parents_;  // of names that stand for others
  absl::flat_hash_map<std::string, std::string> groups_by_lower_case_;
  Diagnostics findings_;
  size_t found_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_DOCTOR_KEY_CHECKS_H_
