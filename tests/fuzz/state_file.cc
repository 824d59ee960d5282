// The state file: its header, and the JSON inside (which a checksum guards,
// but anybody can compute one).
#include "backend/state/state_file.h"

#include <string>

#include "backend/state/dataset_json.h"
#include "redis/schema/withheld.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/questions.h"
#include "tests/fuzz/redis_text.h"
#include "tests/fuzz/targets.h"

namespace groupring::fuzz {
namespace {

template <typename Data>
bool SameSets(const Data& a, const Data& b) {
  for (size_t f = 0; f < redis::kFamilies; ++f) {
    if (!a.addresses[f]->SameAs(*b.addresses[f])) return false;
    if ((a.last_good[f] == nullptr) != (b.last_good[f] == nullptr)) {
      return false;
    }
  }
  return true;
}

void CheckSame(const redis::Dataset& a, const redis::Dataset& b) {
  Check(a.generation == b.generation && a.names.size() == b.names.size() &&
            a.groups.size() == b.groups.size(),
        "as much is read as was saved");
  for (const auto& [name, saved] : a.names) {
    const redis::NameData& read = *b.names.at(name);
    Check(saved->config == read.config && *saved->groups == *read.groups &&
              *saved->skip[0] == *read.skip[0] &&
              *saved->skip[1] == *read.skip[1] && SameSets(*saved, read),
          "a name is read as it was saved");
  }
  for (const auto& [name, saved] : a.groups) {
    const redis::GroupData& read = *b.groups.at(name);
    Check(saved->state == read.state && SameSets(*saved, read) &&
              redis::SameWithheld(saved->withheld, read.withheld),
          "a group is read as it was saved");
  }
}

void CheckDataset(redis::Dataset dataset) {
  const std::string json = backend::DatasetToJson(dataset);
  CheckJson(json);
  const auto again = backend::DatasetFromJson(json, backend::kStateFormat);
  Check(again.ok(), "what is saved is read back");
  CheckSame(dataset, *again);

  const std::string file = backend::EncodeState(dataset, kNow);
  const auto saved = backend::DecodeState(file);
  Check(saved.ok() && saved->saved_unix_millis == kNow,
        "a file that is written is read");
  Check(!backend::DecodeState(file.substr(0, file.size() - 1)).ok(),
        "a torn file is refused");

  const World world(std::move(dataset));
  for (const std::string& line : world.log()) CheckLogLine(line);
  AskEverything(world);
  CheckReports(world);
}

void CheckRefused(const absl::Status& status) {
  CheckLogLine(std::string(status.message()));
}

}  // namespace

void FuzzStateFile(std::string_view bytes) {
  auto saved = backend::DecodeState(bytes);
  if (saved.ok()) {
    CheckDataset(std::move(saved->dataset));
  } else {
    CheckRefused(saved.status());
  }
  for (int format = 1; format <= backend::kStateFormat; ++format) {
    auto dataset = backend::DatasetFromJson(bytes, format);
    if (dataset.ok()) {
      CheckDataset(*std::move(dataset));
    } else {
      CheckRefused(dataset.status());
    }
  }
}

}  // namespace groupring::fuzz
