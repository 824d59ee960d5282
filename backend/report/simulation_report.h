// What came of a simulation: tables, CSV, and a plot.
#ifndef GROUPRING_BACKEND_REPORT_SIMULATION_REPORT_H_
#define GROUPRING_BACKEND_REPORT_SIMULATION_REPORT_H_

#include <string>

#include "backend/simulate/simulation.h"

namespace groupring::backend {

// "kill g1; group drain g2 --over 30m"; "start" of the first interval.
std::string EventsOf(const SimulationResult::Interval& interval);

std::string SimulationText(const SimulationResult& result);

// Three parts, each with a head line of its own and told apart by the first
// column: "repeats" (by kind and interval), "interval" and "load".
std::string SimulationCsv(const SimulationResult& result);

// The questions of each group over time, and the events. Of many groups those
// with the most questions, and how many more there are.
std::string SimulationSvg(const SimulationResult& result);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_REPORT_SIMULATION_REPORT_H_
