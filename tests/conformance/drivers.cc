#include "tests/conformance/drivers.h"

#include <stdexcept>

#include "tests/support/catch.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {

using nlohmann::json;

std::optional<json> JsonLines::Call(const std::string& method,
                                    const json& parameters) {
  const json request = {{"method", method}, {"parameters", parameters}};
  if (!lines_->Send(request.dump() + "\n")) return std::nullopt;
  const std::optional<std::string> line = lines_->ReadLine();
  if (!line) return std::nullopt;
  return ParseResult(*line);
}

std::optional<json> HttpRemote::Call(const std::string& method,
                                     const json& parameters) {
  const HttpResponse response =
      connection_.Exchange(HttpRequest(form_, method, parameters));
  const bool accepted = (response.status >= 200 && response.status < 400) ||
                        response.status == 404;
  if (!accepted) return std::nullopt;
  return ParseResult(response.body);
}

Coprocess::Coprocess(const std::string& redis_url)
    : settings_(redis_url),
      process_(
          {.argv = {GroupringProgram(), "pipe", "--config", settings_.file()},
           .log_file = settings_.directory() / "groupring.log",
           .piped = true}),
      lines_(process_.input_fd(), process_.output_fd()) {}

void AwaitData(BackendClient* client) {
  const bool is_there = WaitUntil([&] {
    const BackendReply reply = client->Ask({.name = "example.org"});
    return !reply.error && !reply.nothing;
  });
  if (!is_there) throw std::runtime_error("nothing is loaded");
}

Coprocess::~Coprocess() {
  process_.CloseInput();
  const std::optional<int> status = process_.Wait();
  INFO("the log of groupring pipe:\n" << process_.Log());
  CHECK(status == 0);
}

}  // namespace groupring::testing
