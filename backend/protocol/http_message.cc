#include "backend/protocol/http_message.h"

#include <algorithm>

#include "backend/protocol/json_text.h"
#include "redis/base/text.h"

namespace groupring::backend {
namespace {

std::string_view ReasonPhrase(int status) {
  static constexpr std::pair<int, std::string_view> kPhrases[] = {
      {200, "OK"},
      {400, "Bad Request"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {411, "Length Required"},
      {413, "Payload Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {500, "Internal Server Error"},
      {503, "Service Unavailable"},
      {507, "Insufficient Storage"},
  };
  for (const auto& [known, phrase] : kPhrases) {
    if (known == status) return phrase;
  }
  return "Error";
}

}  // namespace

std::string_view HttpRequest::Path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequest::Query() const {
  const size_t mark = target.find('?');
  return mark == std::string::npos ? std::string_view()
                                   : std::string_view(target).substr(mark + 1);
}

std::string_view HttpRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (EqualsIgnoreCase(key, name)) return value;
  }
  return {};
}

size_t HttpRequest::CountHeaders(std::string_view name) const {
  return static_cast<size_t>(
      std::count_if(headers.begin(), headers.end(), [name](const auto& header) {
        return EqualsIgnoreCase(header.first, name);
      }));
}

void HttpRequest::ReduceTarget() {
  constexpr std::string_view kScheme = "http://";
  const std::string_view begin =
      std::string_view(target).substr(0, kScheme.size());
  if (!EqualsIgnoreCase(begin, kScheme)) return;
  const size_t path =
      std::min(target.find_first_of("/?", kScheme.size()), target.size());
  std::string host = target.substr(kScheme.size(), path - kScheme.size());
  target.erase(0, path);
  if (!target.starts_with('/')) target.insert(0, "/");
  std::erase_if(headers, [](const auto& header) {
    return EqualsIgnoreCase(header.first, "Host");
  });
  headers.emplace_back("Host", std::move(host));
}

HttpResponse HttpError(int status, std::string_view message) {
  HttpResponse response;
  response.status = status;
  response.body = R"({"result":false,"error":)";
  AppendJsonString(message, &response.body);
  response.body.push_back('}');
  return response;
}

void AppendHttpHead(int status, std::string_view content_type, size_t body_size,
                    bool last, std::string* out, std::string_view more) {
  out->append("HTTP/1.1 ").append(std::to_string(status)).push_back(' ');
  out->append(ReasonPhrase(status)).append("\r\nContent-Type: ");
  out->append(content_type).append("\r\nContent-Length: ");
  out->append(std::to_string(body_size)).append("\r\n").append(more);
  out->append(last ? "Connection: close\r\n\r\n" : "\r\n");
}

}  // namespace groupring::backend
