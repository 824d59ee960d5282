#include "backend/state/dataset_text.h"

#include <xxhash.h>

#include <cstddef>
#include <cstdio>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "backend/state/dataset_json.h"

namespace groupring::backend {
namespace {

constexpr std::string_view kMagic = "groupring-state ";
// The header is short; what has no line end within this is no state file.
constexpr size_t kMaxHeader = 128;

unsigned long long Checksum(std::string_view body) {
  return XXH64(body.data(), body.size(), 0);
}

}  // namespace

std::string EncodeState(const redis::Dataset& dataset,
                        int64_t saved_unix_millis) {
  const std::string body = DatasetToJson(dataset) + "\n";
  return absl::StrFormat("%s%d %016x %d %d\n", std::string(kMagic),
                         kStateFormat, Checksum(body), body.size(),
                         saved_unix_millis) +
         body;
}

absl::StatusOr<SavedDataset> DecodeState(std::string_view text) {
  const size_t end = text.substr(0, kMaxHeader).find('\n');
  if (!text.starts_with(kMagic) || end == std::string_view::npos) {
    return absl::InvalidArgumentError("it is no state file of groupring");
  }
  const std::string header(text.substr(kMagic.size(), end - kMagic.size()));
  int format = 0;
  unsigned long long checksum = 0;
  unsigned long long size = 0;
  long long saved = 0;
  const int fields = std::sscanf(header.c_str(), "%9d %16llx %19llu %19lld",
                                 &format, &checksum, &size, &saved);
  if (fields >= 1 && format > kStateFormat) {
    return absl::UnimplementedError(absl::StrFormat(
        "it is of format %d, from a later groupring; this one knows format %d",
        format, kStateFormat));
  }
  if (fields != 4 || format != kStateFormat) {
    return absl::InvalidArgumentError("its first line is malformed");
  }
  const std::string_view body = text.substr(end + 1);
  if (body.size() != size) {
    return absl::DataLossError(absl::StrFormat(
        "it is torn: %d bytes where there should be %d", body.size(), size));
  }
  if (Checksum(body) != checksum) {
    return absl::DataLossError("it was altered: its checksum is wrong");
  }
  absl::StatusOr<redis::Dataset> dataset = DatasetFromJson(body);
  if (!dataset.ok()) return dataset.status();
  return SavedDataset{*std::move(dataset), saved};
}

}  // namespace groupring::backend
