#include "backend/clients/population.h"

#include <arpa/inet.h>

#include <algorithm>

namespace groupring::backend {
namespace {

std::array<uint8_t, 16> Masked(const hashing::ClientSubnet& subnet) {
  std::array<uint8_t, 16> bytes = subnet.address;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto first_bit = static_cast<int>(8 * i);
    const int kept =
        std::clamp(int{subnet.source_prefix_length} - first_bit, 0, 8);
    bytes[i] = static_cast<uint8_t>(bytes[i] & (0xff00 >> kept));
  }
  return bytes;
}

uint64_t Half(const uint8_t* bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | bytes[i];
  return number;
}

}  // namespace

void Population::Add(const hashing::ClientSubnet& subnet, bool is_source,
                     double weight) {
  PopulationClient client{subnet, is_source, weight};
  client.subnet.address = Masked(subnet);
  const uint32_t kind = uint32_t{subnet.source_prefix_length} << 2 |
                        (subnet.key.is_ipv4() ? 2U : 0U) |
                        (is_source ? 1U : 0U);
  const uint8_t* const bytes = client.subnet.address.data();
  const auto [place, is_new] = places_.try_emplace(
      Identity(kind, Half(bytes), Half(bytes + 8)), clients_.size());
  weight_ += weight;
  if (is_new) {
    clients_.push_back(client);
  } else {
    clients_[place->second].weight += weight;
  }
}

std::string ClientText(const hashing::ClientSubnet& subnet) {
  std::array<char, INET6_ADDRSTRLEN> buffer;
  const bool is_ipv4 = subnet.key.is_ipv4();
  const std::array<uint8_t, 16> bytes = Masked(subnet);
  inet_ntop(is_ipv4 ? AF_INET : AF_INET6, bytes.data(), buffer.data(),
            buffer.size());
  std::string text = buffer.data();
  if (subnet.source_prefix_length != (is_ipv4 ? 32 : 128)) {
    text += "/" + std::to_string(subnet.source_prefix_length);
  }
  return text;
}

}  // namespace groupring::backend
