#include "redis/model/data_returned.h"

#include "absl/strings/str_format.h"

namespace groupring::redis {

std::string ReturnedWords(const DataReturned& data) {
  return absl::StrFormat(
      "%d of %d names, %d of %d groups on them and %d of %d addresses",
      data.names.returned, data.names.known, data.groups.returned,
      data.groups.known, data.addresses.returned, data.addresses.known);
}

}  // namespace groupring::redis
