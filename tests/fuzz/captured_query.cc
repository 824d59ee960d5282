// Captured packets: the first byte says of which kind of link, the last (which
// is the packet's, too) how much of it was not captured.
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
  const size_t cut =
      bytes.empty() ? 0 : static_cast<unsigned char>(bytes.back());
  const backend::CapturedPacket packet =
      backend::ParseCapturedPacket(link, bytes, bytes.size() + cut);
  Check(!packet.is_cut || cut > 0, "what is whole is not cut");
  Check(!packet.is_cut || !packet.is_piece, "a packet counts once");
  for (const backend::CapturedQuery& query : packet.queries) {
    const std::string client = backend::ClientText(query.client);
    Check(hashing::ParseClientSubnet(client).has_value(),
          "who asks is an address or a prefix");
    Check(!query.is_source || client.find('/') == std::string::npos,
          "a sender is a whole address");
  }
}

}  // namespace groupring::fuzz
