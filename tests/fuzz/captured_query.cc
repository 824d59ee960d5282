// Captured packets: the first byte says of which kind of link.
#include "backend/clients/captured_query.h"

#include <string>

#include "backend/clients/population.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {

void FuzzCapturedQuery(std::string_view bytes) {
  if (bytes.empty()) return;
  constexpr unsigned kLinks = 4;
  const auto link = static_cast<backend::LinkType>(
      static_cast<unsigned char>(bytes.front()) % kLinks);
  bytes.remove_prefix(1);
  const auto query = backend::ParseCapturedQuery(link, bytes);
  if (!query) return;
  const std::string client = backend::ClientText(query->client);
  Check(hashing::ParseClientSubnet(client).has_value(),
        "who asks is an address or a prefix");
  Check(!query->is_source || client.find('/') == std::string::npos,
        "a sender is a whole address");
}

}  // namespace groupring::fuzz
