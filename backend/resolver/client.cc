#include "backend/resolver/client.h"

#include <algorithm>
#include <optional>

#include "hashing/label_key.h"

namespace groupring::backend {
namespace {

using hashing::ClientSubnet;
using hashing::ParseClientSubnet;

constexpr uint8_t kMappedPrefix = 96;  // ::ffff:0:0/96, RFC 4291

void ApplyAffinity(const AffinityTable& affinity, const ClientSubnet& subnet,
                   bool is_source, Client* client) {
  client->key = KeyOf(subnet, is_source, &affinity, &client->affinity);
  if (client->affinity == nullptr ||
      client->affinity->prefix_length <= subnet.key.prefix_length()) {
    return;
  }
  // Its neighbours in the subnet may belong to another label.
  const auto rest =
      static_cast<uint8_t>(subnet.key.is_ipv4() ? 32 - 24 : 128 - 48);
  client->scope_mask = static_cast<uint8_t>(client->scope_mask + rest);
}

Client FromSubnet(KeySource source, std::string_view text,
                  const ClientSubnet& subnet) {
  Client client;
  client.source = source;
  client.key = subnet.key;
  client.subnet = subnet.key;
  client.scope_mask = subnet.key.prefix_length();
  const bool written_as_ipv6 = text.find(':') != std::string_view::npos;
  if (subnet.key.is_ipv4() && written_as_ipv6) {
    client.scope_mask = static_cast<uint8_t>(client.scope_mask + kMappedPrefix);
  }
  return client;
}

}  // namespace

hashing::SubnetKey KeyOf(const ClientSubnet& subnet, bool is_source,
                         const AffinityTable* affinity,
                         const AffinityTable::Row** row) {
  const AffinityTable::Row* found = nullptr;
  if (affinity != nullptr) {
    const uint8_t longest = is_source ? subnet.source_prefix_length
                                      : std::min(subnet.source_prefix_length,
                                                 subnet.key.prefix_length());
    found = affinity->Find(subnet, longest);
  }
  if (row != nullptr) *row = found;
  if (found == nullptr) return subnet.key;
  return hashing::LabelKey(found->label_hash,
                           hashing::LabelPart(subnet.key, found->parts));
}

bool IsSourceAddress(std::string_view remote, std::string_view real_remote) {
  if (remote.empty()) {
    const bool is_ipv6 = real_remote.find(':') != std::string_view::npos;
    return real_remote.find('/') == std::string_view::npos ||
           real_remote.ends_with(is_ipv6 ? "/128" : "/32");
  }
  // Most often the lengths tell them apart.
  const size_t more = real_remote.size() - remote.size();
  return (more == 0 || (more == 3 && real_remote.ends_with("/32")) ||
          (more == 4 && real_remote.ends_with("/128"))) &&
         real_remote.starts_with(remote);
}

Client ClientOf(std::string_view remote, std::string_view real_remote,
                const AffinityTable* affinity) {
  // PowerDNS asks on its own behalf (SOA, zone listings, NSEC bitmaps) as
  // 0.0.0.0.
  if (remote == "0.0.0.0" || remote == "::") return {};

  if (const auto subnet = ParseClientSubnet(real_remote);
      subnet.has_value() && subnet->source_prefix_length > 0) {
    Client client = FromSubnet(KeySource::kSubnet, real_remote, *subnet);
    if (affinity != nullptr) {
      ApplyAffinity(*affinity, *subnet, IsSourceAddress(remote, real_remote),
                    &client);
    }
    return client;
  }
  // RFC 7871, 7.1.2: prefix 0 asks that the address not be used.
  if (const auto subnet = ParseClientSubnet(remote)) {
    Client client = FromSubnet(KeySource::kResolver, remote, *subnet);
    if (affinity != nullptr) ApplyAffinity(*affinity, *subnet, true, &client);
    return client;
  }
  return {};
}

}  // namespace groupring::backend
