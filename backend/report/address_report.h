// The addresses of one group or name, and which of them are never answered.
#ifndef GROUPRING_BACKEND_REPORT_ADDRESS_REPORT_H_
#define GROUPRING_BACKEND_REPORT_ADDRESS_REPORT_H_

#include <string>
#include <vector>

#include "backend/snapshot/snapshot.h"
#include "redis/model/address.h"
#include "redis/model/dataset.h"

namespace groupring::backend {

struct ListedAddress {
  redis::Family family;
  std::string address;
  std::vector<std::string> blocked_at;  // names that never answer it, sorted
  // "DISABLED (by ana)" of an address that the group does not answer now.
  std::string disabled = {};
};

struct AddressReport {
  std::string owner;
  std::vector<ListedAddress> addresses;
};

// Of a group, or of a name with addresses of its own.
AddressReport ReportAddresses(const Snapshot& snapshot,
                              const std::string& owner);

// Says which of them, and of those in their ranges, are disabled.
void AddDisabled(const redis::GroupData& group, int64_t unix_millis,
                 AddressReport* report);

std::string AddressesText(const AddressReport& report);
std::string AddressesJson(const AddressReport& report);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_ADDRESS_REPORT_H_
