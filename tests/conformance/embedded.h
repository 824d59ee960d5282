// libgroupring.so, loaded into this process and asked through its C interface.
#ifndef GROUPRING_TESTS_CONFORMANCE_EMBEDDED_H_
#define GROUPRING_TESTS_CONFORMANCE_EMBEDDED_H_

#include <string>

#include "backend/embedded/groupring.h"
#include "tests/conformance/backend_client.h"

namespace groupring::testing {

// The functions of groupring.h. The library is loaded once and stays.
struct EmbeddedApi {
  decltype(&::groupring_api_version) api_version;
  decltype(&::groupring_version) version;
  decltype(&::groupring_open) open;
  decltype(&::groupring_close) close;
  decltype(&::groupring_error) error;
  decltype(&::groupring_lookup) lookup;
  decltype(&::groupring_list) list;
  decltype(&::groupring_records) records;
  decltype(&::groupring_domain_id) domain_id;
  decltype(&::groupring_all_domains) all_domains;
  decltype(&::groupring_find_domain) find_domain;
  decltype(&::groupring_domains) domains;
  decltype(&::groupring_serial) serial;
  decltype(&::groupring_command) command;

  static const EmbeddedApi& Get();
};

class EmbeddedClient : public BackendClient {
 public:
  explicit EmbeddedClient(const std::string& settings_file);
  ~EmbeddedClient() override;
  EmbeddedClient(const EmbeddedClient&) = delete;
  EmbeddedClient& operator=(const EmbeddedClient&) = delete;

  BackendReply Ask(const Lookup& lookup) override;
  BackendReply List(const std::string& zone, int64_t zone_id) override;

  groupring_session* session() { return session_; }

 private:
  BackendReply Take(int32_t count);

  groupring_session* session_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_EMBEDDED_H_
