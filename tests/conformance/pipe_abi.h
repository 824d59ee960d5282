// The pipe backend's protocol, PowerDNS' side of it.
#ifndef GROUPRING_TESTS_CONFORMANCE_PIPE_ABI_H_
#define GROUPRING_TESTS_CONFORMANCE_PIPE_ABI_H_

#include <string>

#include "tests/conformance/backend_client.h"
#include "tests/support/unix_stream.h"

namespace groupring::testing {

class PipeAbiClient : public BackendClient {
 public:
  // Says HELO on `lines`, which outlive this.
  PipeAbiClient(int version, LineStream* lines);

  BackendReply Ask(const Lookup& lookup) override;
  BackendReply List(const std::string& zone, int64_t zone_id) override;

 private:
  BackendReply Exchange(const std::string& question);

  int version_;
  LineStream* lines_;
};

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_CONFORMANCE_PIPE_ABI_H_
