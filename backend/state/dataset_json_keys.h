// What the JSON of a state file calls what several functions read and write.
#ifndef GROUPRING_BACKEND_STATE_DATASET_JSON_KEYS_H_
#define GROUPRING_BACKEND_STATE_DATASET_JSON_KEYS_H_

namespace groupring::backend {

// Where it is missing, the data is groupring's.
inline constexpr const char* kRazorName = "razor";

// What changes have taken away.
inline constexpr const char* kGoneNames = "gone_names";
inline constexpr const char* kGoneGroups = "gone_groups";
inline constexpr const char* kGoneAffinity = "gone_affinity";

inline constexpr const char* kSetKeys[] = {"a", "aaaa"};
inline constexpr const char* kLastGoodKeys[] = {"last_good_a",
                                                "last_good_aaaa"};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_STATE_DATASET_JSON_KEYS_H_
