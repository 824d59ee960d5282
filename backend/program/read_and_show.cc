#include "backend/program/read_and_show.h"

#include "backend/program/console.h"

namespace groupring::backend {

int ReadAndShow(
    const Arguments& arguments,
    const std::function<absl::Status(ControlSession*, const Reading&)>& show,
    NamesWanted wanted) {
  const auto session = OpenSession(ProgramOptions(arguments), wanted);
  if (!session.ok()) return Fail(session.status());
  const absl::StatusOr<Reading> reading = ReadEverything(session->get());
  if (!reading.ok()) return Fail(reading.status());
  const absl::Status shown = show(session->get(), *reading);
  if (shown.ok()) return kExitDone;
  Fail(shown);
  MentionComplaints(**session);
  return ExitStatusOf(shown);
}

}  // namespace groupring::backend
