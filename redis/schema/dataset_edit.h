// Predicts the dataset that is read after a batch has been written.
#ifndef GROUPRING_REDIS_SCHEMA_DATASET_EDIT_H_
#define GROUPRING_REDIS_SCHEMA_DATASET_EDIT_H_

#include "redis/model/dataset.h"
#include "redis/schema/write_batch.h"

namespace groupring::redis {

struct EditedDataset {
  Dataset dataset;
  DatasetChange touched;  // each name and group once
};

// `before` as it will be after the batch, and nothing else, has been written to
// the Redis that it was read from. Sets that become empty keep their last good
// addresses, as in a process that follows Redis. A group that is removed from
// its last name stays in the dataset.
// REQUIRES, if the batch creates a name or group: Redis holds no addresses and
// skip lists for it that are not in `before`.
EditedDataset Apply(const WriteBatch& batch, Dataset before);

}  // namespace groupring::redis

#endif  // GROUPRING_REDIS_SCHEMA_DATASET_EDIT_H_
