#include "backend/protocol/remote_http.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "backend/protocol/remote_json.h"
#include "backend/protocol/remote_parameters.h"
#include "backend/protocol/url_text.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kHeaderPrefix = "X-Remotebackend-";

// The decoded segments of the path below the base path.
std::optional<std::vector<std::string>> Segments(std::string_view path) {
  path.remove_prefix(kRemoteHttpBase.size());
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view encoded = path.substr(0, path.find('/'));
    path.remove_prefix(encoded.size());
    auto segment = PercentDecode(encoded, PlusSign::kPlus);
    if (!segment) return std::nullopt;
    segments.push_back(*std::move(segment));
  }
  if (!segments.empty() && segments.back().empty()) segments.pop_back();
  return segments;
}

// What the segments behind the method's name mean.
std::initializer_list<Parameter> PathParameters(Method method) {
  static constexpr std::initializer_list<Parameter> kLookup = {
      Parameter::kQname, Parameter::kQtype};
  static constexpr std::initializer_list<Parameter> kList = {Parameter::kZoneId,
                                                             Parameter::kZone};
  static constexpr std::initializer_list<Parameter> kZoneIdAndQname = {
      Parameter::kZoneId, Parameter::kQname};
  static constexpr std::initializer_list<Parameter> kName = {Parameter::kZone};
  static constexpr std::initializer_list<Parameter> kNameAndKind = {
      Parameter::kZone, Parameter::kKind};
  switch (method) {
    case Method::kLookup:
    case Method::kApiLookup:
      return kLookup;
    case Method::kList:
      return kList;
    case Method::kGetBeforeAndAfterNames:
      return kZoneIdAndQname;
    case Method::kGetDomainInfo:
    case Method::kGetAllDomainMetadata:
      return kName;
    case Method::kGetDomainMetadata:
      return kNameAndKind;
    default:
      return {};
  }
}

void ReadHeaders(const HttpRequest& http, Request* request) {
  for (const auto& [name, value] : http.headers) {
    if (absl::StartsWithIgnoreCase(
            name, {kHeaderPrefix.data(), kHeaderPrefix.size()})) {
      SetParameter(ParameterFromName(
                       std::string_view(name).substr(kHeaderPrefix.size())),
                   std::string_view(value), request);
    }
  }
}

// A form holds either all parameters as JSON (post=1) or each by its name.
absl::Status ReadForm(std::string_view form, Request* request) {
  absl::Status status;
  const bool decoded = ForEachFormField(
      form, [&](std::string_view name, std::string_view value) {
        if (name == "parameters") {
          status.Update(ParseRemoteJsonParameters(value, request));
        } else {
          SetParameter(ParameterFromName(name), value, request);
        }
      });
  if (!decoded) return absl::InvalidArgumentError("form not URL-encoded");
  return status;
}

}  // namespace

bool IsRemoteHttpPath(std::string_view path) {
  return path.substr(0, kRemoteHttpBase.size()) == kRemoteHttpBase &&
         (path.size() == kRemoteHttpBase.size() ||
          path[kRemoteHttpBase.size()] == '/');
}

absl::Status ParseRemoteHttp(const HttpRequest& http, Request* request) {
  request->Clear();
  if (!IsRemoteHttpPath(http.Path())) {
    return absl::InvalidArgumentError("path not below the base path");
  }
  const auto segments = Segments(http.Path());
  if (!segments) return absl::InvalidArgumentError("path not URL-encoded");
  if (segments->empty()) {
    if (http.verb != "POST") return absl::InvalidArgumentError("no method");
    return ParseRemoteJson(http.body, request);
  }
  request->method = MethodFromName(segments->front());
  auto segment = segments->begin() + 1;
  for (const Parameter parameter : PathParameters(request->method)) {
    if (segment == segments->end()) break;
    SetParameter(parameter, std::string_view(*segment++), request);
  }
  ReadHeaders(http, request);
  if (absl::Status status = ReadForm(http.Query(), request); !status.ok()) {
    return status;
  }
  return ReadForm(http.body, request);
}

HttpResponse RemoteHttpResponse(const Reply& reply, std::string* fault) {
  HttpResponse response;
  if (reply.kind == Reply::Kind::kError) {
    response.status = 503;
    *fault = reply.error;
  }
  AppendRemoteJson(reply, &response.body);
  return response;
}

HttpResponse AnswerRemoteHttp(const HttpRequest& http, Exchange* exchange,
                              std::string* fault) {
  if (const absl::Status status = ParseRemoteHttp(http, &exchange->request);
      !status.ok()) {
    *fault = std::string(status.message());
    return HttpError(400, *fault);
  }
  exchange->Ask(Transport::kHttp);
  return RemoteHttpResponse(exchange->reply, fault);
}

}  // namespace groupring::backend
