#include "backend/program/service_reading.h"

#include <utility>
#include <vector>

#include "backend/doctor/data_checks.h"
#include "backend/report/health_report.h"
#include "backend/report/heavy_clients.h"

namespace groupring::backend {

absl::StatusOr<ServiceReport> ReadService(ControlSession* session) {
  const absl::StatusOr<Reading> reading = ReadEverything(session);
  if (!reading.ok()) return reading.status();
  auto nodes = ReadNodes(reading->dataset.generation, session);
  if (!nodes.ok()) return nodes.status();
  // Before the complaints are looked at.
  const redis::Measured measured = ReadMeasured(reading->dataset, session);
  Diagnostics problems = CheckData(*reading->snapshot, session->complaints,
                                   reading->unix_millis, reading->alike);
  // What an operator wants is listed elsewhere and is no problem.
  std::erase_if(problems, [](const Diagnostic& finding) {
    return finding.severity == Severity::kInfo ||
           finding.code == DiagnosticCode::kGroupTakenOut;
  });
  const auto add = [&problems](Diagnostics more) {
    for (Diagnostic& problem : more) problems.push_back(std::move(problem));
  };
  add(NodeProblems(nodes->nodes));
  add(SchemaProblems(nodes->nodes, reading->dataset.schema));
  add(HeavyClients(*reading->snapshot, measured.traffic, reading->unix_millis,
                   session->heavy_share));
  ServiceReport report =
      ReportService(*reading->snapshot, *std::move(nodes), std::move(problems),
                    reading->unix_millis, &measured);
  report.health_troubles =
      HealthTroubles({&reading->dataset, reading->health.get(),
                      reading->conclusions.get(), reading->unix_millis});
  return report;
}

}  // namespace groupring::backend
