// Networks that hash as one: entries of `groupring:affinity`.
//
// Errors as in group_changes.h.
#ifndef GROUPRING_BACKEND_CHANGE_AFFINITY_CHANGES_H_
#define GROUPRING_BACKEND_CHANGE_AFFINITY_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "backend/change/change.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

// Gives the networks the label ("google", or "google/4"), which replaces the
// labels that they have.
absl::StatusOr<Change> AddAffinity(const redis::Dataset& dataset,
                                   const std::vector<std::string>& prefixes,
                                   const std::string& label);

// Removes the entries of exactly these networks. kNotFound: one of them has no
// entry; the error names the entry of the network around it, if there is one.
absl::StatusOr<Change> RemoveAffinity(const redis::Dataset& dataset,
                                      const std::vector<std::string>& prefixes);

// What `affinity import` was given: the lines of a file, each a network, or a
// network and its label, and nothing else but comments (#) and empty lines.
struct AffinityImport {
  std::vector<std::string> lines;
  std::string label;     // for lines without a label; may be empty
  bool replace = false;  // remove all other entries of these labels
};
absl::StatusOr<Change> ImportAffinity(const redis::Dataset& dataset,
                                      const AffinityImport& import);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_AFFINITY_CHANGES_H_
