#include "backend/state/condensed_json.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "backend/state/dataset_json.h"
#include "backend/state/state_file.h"

namespace groupring::backend {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "format";
constexpr const char* kInstance = "instance";
constexpr const char* kAlike = "alike";
constexpr const char* kComplaints = "complaints";

std::string Line(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string CondensedToText(const redis::CondensedNames& condensed) {
  redis::Dataset dataset;
  for (const auto& name : condensed.names) dataset.names.Set(name);
  json head = {{kFormat, kStateFormat},
               {kInstance, condensed.instance},
               {kAlike, json::object()},
               {kComplaints, json::array()}};
  for (const auto& [name, more] : condensed.alike) head[kAlike][name] = more;
  for (const redis::Complaint& complaint : condensed.complaints) {
    head[kComplaints].push_back({complaint.key, complaint.text});
  }
  return Line(head) + "\n" + DatasetToJson(dataset);
}

absl::StatusOr<redis::CondensedNames> CondensedFromText(std::string_view text) {
  const size_t end = text.find('\n');
  redis::CondensedNames condensed;
  if (end == text.npos) return absl::DataLossError("there is no second line");
  try {
    const json head = json::parse(text.substr(0, end));
    const int format = head.at(kFormat).get<int>();
    if (format > kStateFormat) {
      return absl::UnimplementedError("it is of a later version");
    }
    condensed.instance = head.at(kInstance).get<std::string>();
    for (const auto& [name, more] : head.at(kAlike).items()) {
      condensed.alike[name] = more.get<size_t>();
    }
    for (const json& complaint : head.at(kComplaints)) {
      condensed.complaints.push_back({complaint.at(0).get<std::string>(),
                                      complaint.at(1).get<std::string>()});
    }
    auto dataset = DatasetFromJson(text.substr(end + 1), format);
    if (!dataset.ok()) return dataset.status();
    for (const auto& [name, data] : dataset->names) {
      condensed.names.push_back(data);
    }
  } catch (const json::exception& error) {
    return absl::DataLossError(error.what());
  }
  return condensed;
}

}  // namespace groupring::backend
