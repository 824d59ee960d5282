// A line of the remote backend's JSON, and replies that repeat what it says.
#include "backend/protocol/remote_json.h"

#include <nlohmann/json.hpp>
#include <string>
#include <tuple>

#include "backend/protocol/plain_json.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::Record;
using backend::Reply;
using backend::Request;
using nlohmann::json;

auto Parts(const Request& r) {
  return std::tie(r.method, r.qname, r.qtype, r.zone_id, r.remote,
                  r.real_remote, r.zone, r.kind, r.text, r.limit);
}

// A member that nobody knows makes the fast reader leave the text to the
// general one.
std::string WithUnknownMember(std::string_view object) {
  std::string text(object);
  return text.insert(text.find('{') + 1, R"("x":null,)");
}

void CheckReply(const Reply& reply) {
  std::string text;
  backend::AppendRemoteJson(reply, &text);
  text.push_back('\n');
  CheckJsonLine(text);
  Check(json::parse(text).size() == 1, "a reply has one member");
}

// Whatever bytes a reply is made of, it has the fields it should have.
void CheckReplies(std::string_view bytes) {
  Reply reply;
  reply.kind = Reply::Kind::kText;
  reply.text = bytes;
  CheckReply(reply);

  reply.kind = Reply::Kind::kRecords;
  const std::string_view half = bytes.substr(0, bytes.size() / 2);
  reply.records = {{half, "TXT", bytes, 0xffffffff, 255},
                   {bytes, half, half, 0, 0}};
  CheckReply(reply);
  std::string text;
  backend::AppendRemoteJson(reply, &text);
  const json result = json::parse(text).at("result");
  Check(result.size() == 2, "no record more than there are");
  for (const json& record : result) {
    Check(record.size() == 6, "no field more than a record has");
  }
  if (json::accept(
          json(half).dump(-1, ' ', false, json::error_handler_t::replace)) &&
      json(half).dump(-1, ' ', false, json::error_handler_t::ignore) ==
          json(half).dump(-1, ' ', false, json::error_handler_t::replace)) {
    Check(result[1].at("content") == half, "UTF-8 arrives as it is");
  }

  reply.kind = Reply::Kind::kDomains;
  reply.domains = {{1, bytes}, {-1, half}};
  CheckReply(reply);
}

}  // namespace

void FuzzRemoteJson(std::string_view bytes) {
  Request request;
  if (backend::ParseRemoteJson(bytes, &request).ok()) {
    Check(json::accept(bytes), "what is read as JSON is JSON");
    Request plain;
    if (backend::ReadPlainRequest(bytes, &plain)) {
      Request general;
      Check(backend::ParseRemoteJson(WithUnknownMember(bytes), &general).ok() &&
                Parts(general) == Parts(plain),
            "the fast reader and the general one agree");
    }
  }
  Request parameters;
  if (backend::ParseRemoteJsonParameters(bytes, &parameters).ok()) {
    Check(json::accept(bytes), "what is read as parameters is JSON");
  }
  CheckReplies(bytes);
}

}  // namespace groupring::fuzz
