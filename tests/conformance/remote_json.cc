#include "tests/conformance/remote_json.h"

#include <stdexcept>

namespace groupring::testing {
namespace {

using nlohmann::json;

std::string WithoutDot(std::string name) {
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

int64_t Number(const json& record, const char* field, int64_t missing) {
  if (!record.contains(field)) return missing;
  if (!record.at(field).is_number_integer()) {
    throw std::runtime_error(std::string(field) +
                             " is no number: " + record.dump());
  }
  return record.at(field).get<int64_t>();
}

}  // namespace

std::vector<std::string> BackendReply::Content(const std::string& type) const {
  std::vector<std::string> content;
  for (const BackendRecord& record : records) {
    if (record.type == type) content.push_back(record.content);
  }
  return content;
}

json LookupParameters(const Lookup& lookup) {
  std::string real_remote = lookup.real_remote;
  if (real_remote.empty()) {
    real_remote =
        lookup.remote +
        (lookup.remote.find(':') == lookup.remote.npos ? "/32" : "/128");
  }
  return {{"qtype", lookup.type},       {"qname", lookup.name + "."},
          {"remote", lookup.remote},    {"local", "127.0.0.1"},
          {"real-remote", real_remote}, {"zone-id", lookup.zone_id}};
}

BackendReply ParseRecords(const std::optional<json>& result) {
  BackendReply reply;
  if (!result) {
    reply.error = true;
    return reply;
  }
  if (*result == false) {
    reply.nothing = true;
    return reply;
  }
  for (const json& record : *result) {
    if (record.size() != 6) {
      throw std::runtime_error("no record of six members: " + record.dump());
    }
    reply.records.push_back(
        {.name = WithoutDot(record.at("qname").get<std::string>()),
         .type = record.at("qtype").get<std::string>(),
         .content = record.at("content").get<std::string>(),
         .ttl_seconds = Number(record, "ttl", 0),
         .scope_mask = Number(record, "scopeMask", 0),
         .domain_id = Number(record, "domain_id", -1)});
  }
  reply.nothing = reply.records.empty();
  return reply;
}

std::optional<json> ParseResult(const std::string& document) {
  const json reply = json::parse(document, nullptr, false);
  if (!reply.is_object() || !reply.contains("result") ||
      reply.at("result").is_null()) {
    return std::nullopt;
  }
  // In place: what else json could become here differs between compilers.
  return std::optional<json>(std::in_place, reply.at("result"));
}

BackendReply RemoteClient::Ask(const Lookup& lookup) {
  return ParseRecords(Call("lookup", LookupParameters(lookup)));
}

BackendReply RemoteClient::List(const std::string& zone, int64_t zone_id) {
  return ParseRecords(Call("list", {{"zonename", zone + "."},
                                    {"domain_id", zone_id},
                                    {"include_disabled", false}}));
}

}  // namespace groupring::testing
