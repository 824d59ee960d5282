// What PowerDNS is answered, whatever protocol carries it.
#ifndef GROUPRING_BACKEND_PROTOCOL_REPLY_H_
#define GROUPRING_BACKEND_PROTOCOL_REPLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groupring::backend {

// One resource record. The views point into the request (qname), the reply's
// own text, or the data that the handler answers from, which is kept until the
// handler's next call.
struct Record {
  // The name as it was asked; in listings the record's own name. Without a
  // trailing dot, except for the root: codecs add the dots of their protocol.
  std::string_view qname;
  // "A", "SOA", …; empty for an empty non-terminal.
  std::string_view qtype;
  // Presentation format, priority inside.
  std::string_view content;
  uint32_t ttl_seconds = 0;
  // 0: the same for every client, PowerDNS may cache it.
  uint8_t scope_mask = 0;
  // False: a delegation, or below one (RFC 4035, 2.2), and never signed.
  bool auth = true;
};

struct Domain {
  int64_t id = 0;
  std::string_view zone;  // without trailing dot, except for the root
  std::optional<uint32_t> serial = std::nullopt;  // nothing: not said
};

// A connection reuses one Reply for all its queries.
struct Reply {
  enum class Kind {
    kError,     // SERVFAIL: the connection breaks, HTTP 503, or FAIL
    kFalse,     // truthfully nothing, or a method unknown
    kTrue,      // done
    kRecords,   // `records`, possibly none
    kDomain,    // `domains[0]`
    kDomains,   // `domains`, possibly none
    kMetadata,  // `metadata`, possibly none
    kValues,    // the values of `metadata`, possibly none, without their kinds
    kText,      // `text`
    kNeighbours,  // `before` and `after`
  };

  Kind kind = Kind::kError;
  std::vector<Record> records;
  int64_t domain_id = -1;  // of every record in `records`
  std::vector<Domain> domains;
  // Kind ("NSEC3PARAM") and its only value.
  std::vector<std::pair<std::string_view, std::string_view>> metadata;
  // Names relative to their zone, "" at its apex.
  std::string_view before;
  std::string_view after;
  std::string text;
  std::string error;  // kError: why, for the log

  // Empties the reply, as kError; keeps its memory.
  void Clear();

  // Copies a short text (an address) to where it stays until Clear.
  std::string_view Keep(std::string_view address_text);

 private:
  static constexpr size_t kTextSize = 46;  // the longest address
  using AddressText = std::array<char, kTextSize>;
  std::vector<std::unique_ptr<AddressText>> kept_;
  size_t kept_used_ = 0;
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_REPLY_H_
