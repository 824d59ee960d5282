// The key of clients that a label holds together: what the ring hashes in place
// of their subnet keys.
//
// Networks with one label have one key, over families. A label may be spread
// over several keys ("parts"); the subnet key of a client says which of them is
// its own. README.md gives the layout to the bit.
#ifndef GROUPRING_HASHING_LABEL_KEY_H_
#define GROUPRING_HASHING_LABEL_KEY_H_

#include <cstdint>
#include <string_view>

#include "hashing/subnet_key.h"

namespace groupring::hashing {

// Of the label's bytes, computed once per label.
uint64_t LabelHash(std::string_view label);

// The part, 0 … parts - 1, of a client. REQUIRES: parts > 0.
uint32_t LabelPart(SubnetKey subnet, uint32_t parts);

// No subnet: it has neither a prefix length nor a text.
SubnetKey LabelKey(uint64_t label_hash, uint32_t part);

}  // namespace groupring::hashing

#endif  // GROUPRING_HASHING_LABEL_KEY_H_
