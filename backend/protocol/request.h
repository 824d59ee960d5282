// What PowerDNS asks, whatever protocol and transport it came over.
#ifndef GROUPRING_BACKEND_PROTOCOL_REQUEST_H_
#define GROUPRING_BACKEND_PROTOCOL_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace groupring::backend {

// Methods of the remote backend; the pipe ABI's Q, AXFR and CMD are kLookup,
// kList and kDirectBackendCmd.
enum class Method {
  kUnknown,  // answered with "false", as PowerDNS expects
  kInitialize,
  kLookup,
  kApiLookup,
  kGetAllDomains,
  kGetDomainInfo,
  kGetAllDomainMetadata,
  kGetDomainMetadata,
  kList,
  kDirectBackendCmd,
  kSearchRecords,
  kGetBeforeAndAfterNames,  // getBeforeAndAfterNamesAbsolute
};

inline constexpr size_t kMethodCount = 12;

// What a request came in by.
enum class Transport : uint8_t { kRemoteJson, kPipeAbi, kHttp, kEmbedded };
inline constexpr size_t kTransports = 4;

// The method of that name, compared without regard to case.
Method MethodFromName(std::string_view name);

// Whether the answer may take long, as it is about all names of a zone or more,
// or needs their order. All other requests are about one name.
constexpr bool IsLong(Method method) {
  switch (method) {
    case Method::kGetAllDomains:
    case Method::kList:
    case Method::kDirectBackendCmd:
    case Method::kSearchRecords:
    case Method::kGetBeforeAndAfterNames:
      return true;
    default:
      return false;
  }
}

// A connection reuses one Request for all its queries: Clear keeps the
// strings' memory, so that a steady stream of queries allocates nothing.
struct Request {
  Method method = Method::kUnknown;
  // Set by the caller that asks a handler; Clear leaves it.
  Transport transport = Transport::kRemoteJson;

  // lookup: as PowerDNS sent them (any case; with or without trailing dot).
  // getBeforeAndAfterNamesAbsolute: qname relative to the zone of zone_id, "."
  // at its apex.
  std::string qname;
  std::string qtype;
  int64_t zone_id = -1;  // -1: not said
  // Text of addresses: of the resolver that asks, and of the client's subnet
  // (EDNS Client Subnet) or else the resolver again. Empty: not said.
  std::string remote;
  std::string real_remote;

  std::string zone;     // list: the zone, empty when only its id was said;
                        // getDomainInfo and the metadata methods: `name`
  std::string kind;     // getDomainMetadata
  std::string text;     // directBackendCmd: the command; searchRecords: the
                        // pattern
  int64_t limit = 100;  // searchRecords: maxResults

  void Clear();
};

}  // namespace groupring::backend

#endif  // GROUPRING_BACKEND_PROTOCOL_REQUEST_H_
