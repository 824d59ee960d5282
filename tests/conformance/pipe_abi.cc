#include "tests/conformance/pipe_abi.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/conformance/remote_json.h"

namespace groupring::testing {
namespace {

// PowerDNS takes any number of tabs for one and what is too much as part of
// the content; here each has to be where it belongs.
std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields;
  size_t at = 0;
  while (true) {
    const size_t end = line.find('\t', at);
    fields.push_back(line.substr(at, end - at));
    if (end == std::string::npos) return fields;
    at = end + 1;
  }
}

BackendRecord ParseData(const std::string& line, int version) {
  const std::vector<std::string> fields = Fields(line);
  const size_t first = version >= 3 ? 3 : 1;  // scope and auth come before
  const bool priority =
      fields.size() > first + 2 &&
      (fields[first + 2] == "MX" || fields[first + 2] == "SRV");
  if (fields.size() != first + (priority ? 7 : 6) || fields[0] != "DATA" ||
      fields[first + 1] != "IN" || (version >= 3 && fields[2] != "1") ||
      std::find(fields.begin(), fields.end(), "") != fields.end()) {
    throw std::runtime_error("no DATA line of version " +
                             std::to_string(version) + ": " + line);
  }
  BackendRecord record;
  if (version >= 3) record.scope_mask = std::stoi(fields[1]);
  record.name = fields[first];
  record.type = fields[first + 2];
  record.ttl_seconds = std::stol(fields[first + 3]);
  record.domain_id = std::stol(fields[first + 4]);
  record.content = fields[first + 5];
  for (size_t i = first + 6; i < fields.size(); ++i) {
    record.content += " " + fields[i];
  }
  return record;
}

}  // namespace

PipeAbiClient::PipeAbiClient(int version, LineStream* lines)
    : version_(version), lines_(lines) {
  lines_->Send("HELO\t" + std::to_string(version) + "\n");
  const std::optional<std::string> banner = lines_->ReadLine();
  if (!banner || !banner->starts_with("OK\t")) {
    throw std::runtime_error("HELO was answered with " +
                             banner.value_or("an end"));
  }
}

BackendReply PipeAbiClient::Ask(const Lookup& lookup) {
  std::string question = "Q\t" + lookup.name + "\tIN\t" + lookup.type + "\t" +
                         std::to_string(lookup.zone_id) + "\t" + lookup.remote;
  if (version_ >= 2) question += "\t127.0.0.1";
  if (version_ >= 3) {
    question +=
        "\t" + LookupParameters(lookup).at("real-remote").get<std::string>();
  }
  return Exchange(question);
}

BackendReply PipeAbiClient::List(const std::string& zone, int64_t zone_id) {
  std::string question = "AXFR\t" + std::to_string(zone_id);
  if (version_ >= 4) question += "\t" + zone;
  return Exchange(question);
}

BackendReply PipeAbiClient::Exchange(const std::string& question) {
  BackendReply reply;
  if (!lines_->Send(question + "\n")) {
    reply.error = true;
    return reply;
  }
  while (true) {
    const std::optional<std::string> line = lines_->ReadLine();
    if (!line || *line == "FAIL") {
      reply.error = true;
      reply.records.clear();
      return reply;
    }
    if (*line == "END") break;
    if (line->starts_with("LOG\t")) continue;
    reply.records.push_back(ParseData(*line, version_));
  }
  reply.nothing = reply.records.empty();
  return reply;
}

}  // namespace groupring::testing
