// A reader for the plain requests that PowerDNS posts all the time, many times
// faster than a general HTTP parser.
#ifndef GROUPRING_BACKEND_PROTOCOL_PLAIN_HTTP_H_
#define GROUPRING_BACKEND_PROTOCOL_PLAIN_HTTP_H_

#include <cstddef>
#include <string_view>

namespace groupring::backend {

// Views of the bytes that were read.
struct PlainPost {
  std::string_view target;
  std::string_view host;
  std::string_view body;
  size_t size = 0;  // of the whole request
};

// Reads a POST with its body from the beginning of `bytes` if it is complete
// and has only headers that PowerDNS sends: none about encodings, conditions or
// the end of the connection. true: a general parser would read the same. false:
// it is another request, or not a request.
bool ReadPlainPost(std::string_view bytes, PlainPost* post);

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_PLAIN_HTTP_H_
