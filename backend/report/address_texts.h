// Sets of addresses in reports, cut where they are long.
#ifndef GROUPRING_BACKEND_REPORT_ADDRESS_TEXTS_H_
#define GROUPRING_BACKEND_REPORT_ADDRESS_TEXTS_H_

#include <cstddef>
#include <string>

#include "redis/model/address_set.h"

namespace groupring::backend {

// "192.0.2.1 192.0.2.2", "192.0.2.1 and 3 more".
std::string AddressesOnALine(const redis::AddressSet& set, size_t most);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_ADDRESS_TEXTS_H_
