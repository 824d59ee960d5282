#include "tests/conformance/embedded.h"

#include <dlfcn.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "tests/conformance/remote_json.h"

namespace groupring::testing {
namespace {

std::string Text(const groupring_text& text) { return {text.data, text.size}; }

std::string WithoutDot(std::string name) {
  if (name.size() > 1 && name.back() == '.') name.pop_back();
  return name;
}

EmbeddedApi Load() {
  void* const library = dlopen(GROUPRING_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(dlerror());
  const auto find = [library](const char* name, auto* function) {
    void* const symbol = dlsym(library, name);
    if (symbol == nullptr) throw std::runtime_error(dlerror());
    *function =
        reinterpret_cast<std::remove_pointer_t<decltype(function)>>(symbol);
  };
  EmbeddedApi api{};
  find("groupring_api_version", &api.api_version);
  find("groupring_version", &api.version);
  find("groupring_open", &api.open);
  find("groupring_close", &api.close);
  find("groupring_error", &api.error);
  find("groupring_lookup", &api.lookup);
  find("groupring_list", &api.list);
  find("groupring_records", &api.records);
  find("groupring_domain_id", &api.domain_id);
  find("groupring_all_domains", &api.all_domains);
  find("groupring_find_domain", &api.find_domain);
  find("groupring_domains", &api.domains);
  find("groupring_serial", &api.serial);
  find("groupring_command", &api.command);
  return api;
}

}  // namespace

const EmbeddedApi& EmbeddedApi::Get() {
  static const EmbeddedApi api = Load();
  return api;
}

EmbeddedClient::EmbeddedClient(const std::string& settings_file) {
  std::array<char, 512> why{};
  session_ =
      EmbeddedApi::Get().open(settings_file.c_str(), why.data(), why.size());
  if (session_ == nullptr) throw std::runtime_error(why.data());
}

EmbeddedClient::~EmbeddedClient() { EmbeddedApi::Get().close(session_); }

BackendReply EmbeddedClient::Ask(const Lookup& lookup) {
  const std::string name = lookup.name == "." ? lookup.name : lookup.name + ".";
  const std::string client = LookupParameters(lookup).at("real-remote");
  return Take(EmbeddedApi::Get().lookup(session_, lookup.type.c_str(),
                                        name.c_str(),
                                        static_cast<int32_t>(lookup.zone_id),
                                        lookup.remote.c_str(), client.c_str()));
}

BackendReply EmbeddedClient::List(const std::string& zone, int64_t zone_id) {
  return Take(EmbeddedApi::Get().list(session_, (zone + ".").c_str(),
                                      static_cast<int32_t>(zone_id)));
}

BackendReply EmbeddedClient::Take(int32_t count) {
  const EmbeddedApi& api = EmbeddedApi::Get();
  BackendReply reply;
  reply.error = count == GROUPRING_FAILED;
  reply.nothing = count == 0 || count == GROUPRING_NO_ZONE;
  for (int32_t i = 0; i < count; ++i) {
    const groupring_record& record = api.records(session_)[i];
    reply.records.push_back({.name = WithoutDot(Text(record.name)),
                             .type = Text(record.type),
                             .content = Text(record.content),
                             .ttl_seconds = record.ttl,
                             .scope_mask = record.scope_mask,
                             .domain_id = api.domain_id(session_)});
  }
  return reply;
}

}  // namespace groupring::testing
