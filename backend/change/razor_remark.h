// What a change writes that pdns-razor does not read.
#ifndef GROUPRING_BACKEND_CHANGE_RAZOR_REMARK_H_
#define GROUPRING_BACKEND_CHANGE_RAZOR_REMARK_H_

#include <optional>

#include "backend/change/change.h"
#include "redis/model/dataset.h"
#include "redis/schema/write_batch.h"

namespace groupring::backend {

// Where Redis has razor's schema, razor may still run on other name servers.
// nullopt if it has another schema, or razor reads everything that is written.
std::optional<Remark> UnknownToRazor(const redis::Dataset& dataset,
                                     const redis::WriteBatch& writes);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CHANGE_RAZOR_REMARK_H_
