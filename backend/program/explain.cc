// `groupring explain`: one client, or many from standard input.
#include <string>

#include "absl/status/status.h"
#include "backend/program/commands.h"
#include "backend/program/console.h"
#include "backend/program/control_session.h"
#include "backend/program/line_input.h"
#include "backend/program/read_and_show.h"
#include "backend/report/client_answers.h"

namespace groupring::backend {

int ExplainAnswers(const Arguments& arguments) {
  if (arguments.Text("client") != "-") {
    if (arguments.Has("--csv")) {
      return Fail(absl::InvalidArgumentError(
          "--csv: expected only with many clients (- in place of the client)"));
    }
    return Read(arguments, ReadKind::kExplain);
  }
  if (!arguments.Text("--resolver").empty()) {
    return Fail(absl::InvalidArgumentError(
        "--resolver: expected only with one client: each line of standard "
        "input says whether it asks itself"));
  }
  const auto clients = ReadPopulation("-");
  if (!clients.ok()) return Fail(clients.status());
  return ReadAndShow(
      arguments, [&](ControlSession*, const Reading& reading) -> absl::Status {
        const auto answers =
            AnswersFor(*reading.snapshot, arguments.Text("name"), **clients,
                       reading.unix_millis);
        if (arguments.Has("--csv")) {
          Print(ClientAnswersCsv(answers));
        } else if (arguments.Has("--json")) {
          Print(ClientAnswersJson(answers));
        } else {
          Print(ClientAnswersText(answers));
        }
        return absl::OkStatus();
      });
}

}  // namespace groupring::backend
