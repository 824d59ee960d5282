// The groups on the page for people.
#ifndef GROUPRING_BACKEND_WEB_GROUP_ROWS_H_
#define GROUPRING_BACKEND_WEB_GROUP_ROWS_H_

#include <string_view>

#include "backend/web/html.h"
#include "backend/web/status_page.h"

namespace groupring::backend {

// How a group stands, gravest first. What an operator wants goes before what
// was measured.
enum class GroupLook {
  kDown,       // no family can be answered
  kPartDown,   // some addresses, or one family, cannot
  kDisabled,   // by an operator
  kDraining,   //
  kFilling,    //
  kUnchecked,  // in service, and nobody checks it
  kUp,
};

GroupLook LookOf(const ServiceGroup& entry, const HealthView& health);

// "down", "part-down", …: its class in the style.
std::string_view ClassOf(GroupLook look);

void AddGroups(const StatusPage& page, Html* html);

// Which colour means what.
void AddLegend(Html* html);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_WEB_GROUP_ROWS_H_
