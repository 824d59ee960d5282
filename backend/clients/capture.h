// Captured packets, as tcpdump writes them, as clients.
#ifndef GROUPRING_BACKEND_CLIENTS_CAPTURE_H_
#define GROUPRING_BACKEND_CLIENTS_CAPTURE_H_

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "backend/clients/population.h"

namespace groupring::backend {

// As many bytes of a file tell that it is a capture.
inline constexpr size_t kCaptureMagic = 4;
// Whether a file that begins like this is one, pcap or pcapng.
bool IsCapture(std::string_view begin);

struct CapturedClients {
  Population population;
  size_t queries = 0;
  size_t cut = 0;     // packets captured in part, with what may be queries
  size_t pieces = 0;  // fragments and parts of TCP streams, likewise
  size_t others = 0;  // packets without a query
  // Why the file ends within a packet; "": it does not.
  std::string torn;
};

// Reads from the beginning of a capture to its end, and closes the stream. Not
// thread-safe. kInvalidArgument: it cannot be read, it is of a kind of link
// that is not known, or has no query; the error says what was expected. What
// was read before a torn end counts.
absl::Status ReadCapture(std::FILE* stream, CapturedClients* clients);

// What of the capture was not counted, and what to do about it: a sentence for
// each kind.
std::vector<std::string> NotCounted(const CapturedClients& clients);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_CLIENTS_CAPTURE_H_
