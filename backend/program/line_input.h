// Files of lines that commands read.
#ifndef GROUPRING_BACKEND_PROGRAM_LINE_INPUT_H_
#define GROUPRING_BACKEND_PROGRAM_LINE_INPUT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "backend/clients/population.h"

namespace groupring::backend {

// Calls `use` with each line of the file, or of standard input for "-". The
// status names the file and says why it could not be read.
absl::Status ReadLines(const std::string& file,
                       const std::function<void(std::string_view)>& use);

// All of them.
absl::StatusOr<std::shared_ptr<const std::vector<std::string>>> AllLines(
    const std::string& file);

// The clients in a list or a log (backend/clients/client_lines.h), or in
// captured packets (backend/clients/capture.h). Says on standard error what it
// was taken for, and how many lines or packets were passed over.
absl::StatusOr<std::shared_ptr<const Population>> ReadPopulation(
    const std::string& file);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROGRAM_LINE_INPUT_H_
