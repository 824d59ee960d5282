// The key of the clients with a label, which the ring hashes in place of their
// subnet keys.
//
// All networks with a label have the same key, in both families. A label may be
// spread over several keys ("parts"); the subnet key of a client decides which
// one it has. README.md defines every bit.
#ifndef GROUPRING_HASHING_LABEL_KEY_H_
#define GROUPRING_HASHING_LABEL_KEY_H_

#include <cstdint>
#include <string_view>

#include "hashing/subnet_key.h"

namespace groupring::hashing {

// The hash of the label's bytes, computed once per label.
uint64_t LabelHash(std::string_view label);

// The part, 0 … parts - 1, of a client. REQUIRES: parts > 0.
uint32_t LabelPart(SubnetKey subnet, uint32_t parts);

// The key of one part. It is no subnet: it has no prefix length and no text.
SubnetKey LabelKey(uint64_t label_hash, uint32_t part);

// Whether the key is of a part of a label, and not of a subnet.
bool IsLabelKey(SubnetKey key);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_LABEL_KEY_H_
