// `groupring affinity list` and `show`.
#include <string>

#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/read_and_show.h"
#include "backend/report/affinity_report.h"

namespace groupring::backend {

int ListAffinity(const Arguments& arguments) {
  return ReadAndShow(
      arguments,
      [&](ControlSession* session, const Reading& reading) -> absl::Status {
        const redis::AffinityEntries none;
        const auto& entries = reading.dataset.affinity == nullptr
                                  ? none
                                  : *reading.dataset.affinity;
        const std::string& label = arguments.Text("--label");
        Print(arguments.Has("--json") ? AffinityListJson(entries, label)
                                      : AffinityListText(entries, label));
        MentionComplaints(*session);
        return absl::OkStatus();
      });
}

int ShowAffinity(const Arguments& arguments) {
  return ReadAndShow(
      arguments, [&](ControlSession*, const Reading& reading) -> absl::Status {
        const absl::StatusOr<AffinityOfClient> of =
            AffinityOf(*reading.snapshot, arguments.Text("client"));
        if (!of.ok()) return of.status();
        Print(arguments.Has("--json") ? AffinityJson(*of) : AffinityText(*of));
        return absl::OkStatus();
      });
}

}  // namespace groupring::backend
