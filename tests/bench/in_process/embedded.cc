#include "tests/bench/in_process/embedded.h"

#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "absl/strings/str_format.h"
#include "backend/state/state_file.h"
#include "redis/base/clock.h"

namespace groupring::bench {

groupring_session* OpenEmbedded(const WorldSize& size) {
  char directory[] = "/tmp/groupring-bench-XXXXXX";
  if (mkdtemp(directory) == nullptr) throw std::runtime_error("mkdtemp failed");
  const std::string path = directory;
  const std::string settings = path + "/groupring.toml";
  std::ofstream(settings) << "[redis]\nurl = \"unix://" << path
                          << "/none.sock\"\n[state]\ndirectory = \"" << path
                          << "\"\n[log]\nlevel = \"error\"\n";
  std::ofstream(path + "/dataset.state", std::ios::binary)
      << backend::EncodeState(World(size).dataset(),
                              SystemClock().UnixMillis());
  char error[256] = "";
  groupring_session* const session =
      groupring_open(settings.c_str(), error, sizeof(error));
  std::filesystem::remove_all(path);
  if (session == nullptr) throw std::runtime_error(error);
  return session;
}

std::vector<EmbeddedRequest> EmbeddedRequestsFor(const WorldSize& size) {
  std::vector<EmbeddedRequest> requests;
  for (const RequestText& text : RequestTexts(size)) {
    requests.push_back({text.name + ".", text.subnet});
  }
  return requests;
}

size_t AskEmbedded(groupring_session* session, const EmbeddedRequest& request) {
  const int32_t count =
      groupring_lookup(session, "ANY", request.name.c_str(), 1, "127.0.0.1",
                       request.client.c_str());
  const groupring_record* const records = groupring_records(session);
  size_t bytes = 0;
  for (int32_t i = 0; i < count; ++i) bytes += records[i].content.size;
  return bytes;
}

}  // namespace groupring::bench
