// Answers with what was asked: the worst that a reply can be made of.
#ifndef GROUPRING_TESTS_FUZZ_ECHO_HANDLER_H_
#define GROUPRING_TESTS_FUZZ_ECHO_HANDLER_H_

#include "backend/protocol/handler.h"

namespace groupring::fuzz {

class EchoHandler : public backend::Handler {
 public:
  void Handle(const backend::Request& request, backend::Reply* reply) override {
    using Kind = backend::Reply::Kind;
    using backend::Method;
    switch (request.method) {
      case Method::kLookup:
      case Method::kApiLookup:
      case Method::kSearchRecords:
        reply->kind = request.zone_id == 7 ? Kind::kError : Kind::kRecords;
        reply->error = request.qname;
        reply->records = {
            {request.qname, request.qtype, request.real_remote, 60, 24},
            {request.qname, "MX", request.remote, 0xffffffff, 0},
            {request.text, "", "", 0, 0},
            {request.qname, "TXT", request.qname, 1, 48}};
        reply->domain_id = request.zone_id;
        return;
      case Method::kList:
        reply->kind = request.zone.empty() ? Kind::kFalse : Kind::kRecords;
        reply->records = {{request.zone, "SOA", request.zone, 60, 0}};
        return;
      case Method::kGetDomainInfo:
        reply->kind = Kind::kDomain;
        reply->domains = {{request.zone_id, request.zone}};
        return;
      case Method::kDirectBackendCmd:
        reply->kind = Kind::kText;
        reply->text = request.text + "\nEND\n" + request.text + "\nEND \t";
        return;
      default:
        reply->kind = Kind::kFalse;
        return;
    }
  }
};

}  // namespace groupring::fuzz

#endif  // GROUPRING_TESTS_FUZZ_ECHO_HANDLER_H_
