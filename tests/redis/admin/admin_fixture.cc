#include "tests/redis/admin/admin_fixture.h"

#include <stdexcept>
#include <utility>

namespace groupring::redis {

Endpoint EndpointOf(const std::string& url) {
  absl::StatusOr<Endpoint> endpoint = ParseEndpoint(url);
  if (!endpoint.ok()) throw std::runtime_error(endpoint.status().ToString());
  return *std::move(endpoint);
}

std::unique_ptr<Admin> Connected(const std::string& url,
                                 std::chrono::milliseconds command_timeout,
                                 LogSink log, Schema schema) {
  absl::StatusOr<std::unique_ptr<Admin>> admin = Admin::Connect(
      EndpointOf(url), {testing::kPatience, command_timeout}, std::move(log),
      /*clock=*/nullptr, schema);
  if (!admin.ok()) throw std::runtime_error(admin.status().ToString());
  return *std::move(admin);
}

std::map<std::string, std::string> Everything(Admin* admin) {
  std::map<std::string, std::string> everything;
  const absl::StatusOr<Reply> keys = admin->connection().Command({"KEYS", "*"});
  if (!keys.ok()) throw std::runtime_error(keys.status().ToString());
  for (const Reply& key : keys->elements) {
    const absl::StatusOr<Reply> value =
        admin->connection().Command({"DUMP", key.text});
    if (!value.ok()) throw std::runtime_error(value.status().ToString());
    everything[key.text] = value->text;
  }
  return everything;
}

Write DisableG1() {
  GroupState state;
  state.state = AdminState::kDisabled;
  return SetGroupState{"g1", state};
}

Write AddMember(const std::string& owner, const std::string& address) {
  return AddMembers{owner, Family::kA, {address}};
}

AuditEntry Entry(const std::string& what, const std::string& target) {
  AuditEntry entry;
  entry.who = "ana@ns1";
  entry.what = what;
  entry.target = target;
  return entry;
}

NodeIdentity NodeOf(const std::string& name) {
  NodeIdentity node;
  node.name = name;
  node.instance = "i";
  return node;
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace groupring::redis
