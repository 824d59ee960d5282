// What an HTTP server says to a probe, whole and in pieces.
//
// The first byte chooses the size of the pieces; the rest is what arrives.
#include "backend/health/http_status.h"

#include <algorithm>
#include <cstddef>

#include "backend/health/dialogue.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

using backend::HttpStatusReader;

HttpStatusReader Read(std::string_view bytes, size_t piece) {
  HttpStatusReader reader;
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    reader.Feed(bytes.substr(at, piece));
  }
  return reader;
}

backend::ProbeResult Probe(std::string_view bytes, size_t piece) {
  backend::ProbeRequest request;
  request.probe = {redis::ProbeKind::kHttp, 80, "/"};
  const auto dialogue = backend::MakeDialogue(request, {});
  dialogue->Start();
  for (size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size())) {
    dialogue->Receive(bytes.substr(at, piece));
  }
  dialogue->End("");
  Check(dialogue->has_result(), "a probe comes to a verdict");
  CheckLogLine(dialogue->result().text);
  return dialogue->result();
}

}  // namespace

void FuzzHttpStatus(std::string_view bytes) {
  if (bytes.empty()) return;
  const size_t piece = size_t{1} + static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  const HttpStatusReader whole = Read(bytes, bytes.size() + 1);
  const HttpStatusReader pieces = Read(bytes, piece);
  Check(whole.status() == pieces.status() && whole.error() == pieces.error(),
        "pieces make no difference");
  Check(!whole.status() || whole.error().empty(),
        "there is a status or an error");
  Check(!whole.status() ||
            (whole.status()->code >= 200 && whole.status()->code <= 999),
        "a status is final");
  Check(Probe(bytes, bytes.size() + 1).reason == Probe(bytes, piece).reason,
        "pieces make no difference to a verdict");
}

}  // namespace groupring::fuzz
