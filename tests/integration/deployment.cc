#include "tests/integration/deployment.h"

#include <cstdio>
#include <utility>

#include "tests/support/sample_data.h"

namespace groupring::testing {

Deployment::Deployment(const Mode& mode, std::string_view commands,
                       std::vector<std::string> pdns_options) {
  redis_.Run(SampleData(mode.zone_file) + std::string(commands));
  const GroupringSettings* settings;
  if (mode.daemon) {
    settings = &groupring_.emplace(users_.Url("node", redis_)).settings();
  } else {
    settings = &pipe_settings_.emplace(users_.Url("node", redis_));
  }
  pdns_.emplace(mode.file, *settings, std::move(pdns_options), mode.edits);
  client_.emplace(pdns_->port());
}

std::string Deployment::Group(const DnsQuestion& question) {
  const DnsReply reply = Ask(question);
  const std::vector<std::string> data = reply.Data(question.type);
  if (reply.status != "NOERROR" || data.size() != 1 ||
      reply.answer.size() != 1) {
    return reply.status + " with " + std::to_string(reply.answer.size()) +
           " records";
  }
  const std::string group = GroupOf(data[0]);
  return group.empty() ? data[0] + " of no group" : group;
}

Mapping Deployment::GroupsOfSubnets4(int count) {
  Mapping groups;
  for (int i = 0; i < count; ++i) {
    groups[Subnet4(i)] =
        Group({.name = "files.example.org", .subnet = Subnet4(i)});
  }
  return groups;
}

Mapping Deployment::GroupsOfSubnets6(int count) {
  Mapping groups;
  for (int i = 0; i < count; ++i) {
    groups[Subnet6(i)] = Group(
        {.name = "files.example.org", .type = "AAAA", .subnet = Subnet6(i)});
  }
  return groups;
}

std::map<std::string, int> ClientsPerGroup(const Mapping& mapping) {
  std::map<std::string, int> clients;
  for (const auto& [client, group] : mapping) ++clients[group];
  return clients;
}

std::string Subnet4(int i) {
  return "198." + std::to_string(18 + i / 256) + "." + std::to_string(i % 256) +
         ".0/24";
}

std::string Subnet6(int i) {
  char text[32];
  std::snprintf(text, sizeof(text), "2001:db8:%x::/48", i);
  return text;
}

}  // namespace groupring::testing
