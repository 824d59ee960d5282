// What changes is saved behind what was saved whole.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backend/state/state_file.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

DatasetText Data() {
  DatasetText data;
  data.Set("example.org", DatasetText::Apex());
  data.Set("ftp.example.org", DatasetText::OnGroups({"g1", "g 2"}));
  data.Set("ftps.example.org", DatasetText::OnGroups({"g1", "g 2"}));
  DatasetText::Name hashed;
  hashed.config.answer = redis::AnswerMode::kConsistentHash;
  hashed.a = {"192.0.2.1", "192.0.2.0/25"};
  data.Set("hash.example.org", hashed);
  data.SetGroup("g1", {"198.51.100.1"}, {"2001:db8::1"}, Disabled());
  data.SetGroup("g 2", {"198.51.100.2"}, {});
  return data;
}

SavedDataset SavedAt(const DatasetText& data, int64_t unix_millis) {
  return {data.dataset(), unix_millis};
}

// Three versions, each in changes behind the one before.
struct Chain {
  std::vector<SavedDataset> versions;
  std::vector<std::string> parts;

  Chain() {
    DatasetText data = Data();
    versions.push_back(SavedAt(data, kNow));
    auto name = DatasetText::OnGroups({"g3"});
    name.config.ttl_seconds = 77;
    data.Set("ftp.example.org", name);
    data.Set("new.example.org", name);
    data.SetGroup("g3", {"198.51.100.3"}, {});
    versions.push_back(SavedAt(data, kNow + 1));
    data.RemoveName("hash.example.org");
    data.SetGroup("g1", {"198.51.100.1"}, {});
    versions.push_back(SavedAt(data, kNow + 2));
    versions.back().dataset.groups.erase("g 2");
    versions.back().dataset.generation = 5;
    parts.push_back(EncodeState(versions[0].dataset, kNow));
    parts.push_back(EncodeChanges(versions[0], versions[1]));
    parts.push_back(EncodeChanges(versions[1], versions[2]));
  }
  std::string Text() const { return parts[0] + parts[1] + parts[2]; }
  // As it would be saved whole.
  std::string Whole(size_t version) const {
    return EncodeState(versions[version].dataset, kNow);
  }
};

TEST_CASE("changes behind a state file make it what was saved last") {
  const Chain chain;
  const auto saved = DecodeState(chain.Text());
  REQUIRE(saved.ok());
  CHECK(saved->saved_unix_millis == kNow + 2);
  CHECK(EncodeState(saved->dataset, kNow) == chain.Whole(2));
  // Only what has changed is in them.
  CHECK(chain.parts[1].find("ftps.example.org") == std::string::npos);
  CHECK(chain.parts[2].find("example.org\":{") == std::string::npos);
}

TEST_CASE("changes keep, change and take away which networks hash as one") {
  SavedDataset with{Data().dataset(), kNow};
  with.dataset.affinity = AffinityOf({"192.0.2.0/24", "office"});
  SavedDataset other = with;
  other.dataset.affinity = AffinityOf({"198.51.100.0/24", "office"});
  SavedDataset without = with;
  without.dataset.affinity = nullptr;
  const std::string whole = EncodeState(with.dataset, kNow);
  const auto after = [&](const SavedDataset& now) {
    const auto saved = DecodeState(whole + EncodeChanges(with, now));
    return saved.ok() ? saved->dataset.affinity : nullptr;
  };
  REQUIRE(after(with) != nullptr);
  CHECK(*after(with) == *with.dataset.affinity);
  REQUIRE(after(other) != nullptr);
  CHECK(*after(other) == *other.dataset.affinity);
  CHECK(after(without) == nullptr);
}

TEST_CASE("of many networks that hash as one, changes hold those that differ") {
  std::vector<std::string> items;
  for (int i = 0; i < 5000; ++i) {
    items.push_back("10." + std::to_string(i / 256) + "." +
                    std::to_string(i % 256) + ".0/24");
    items.push_back("label-" + std::to_string(i % 7));
  }
  SavedDataset before{Data().dataset(), kNow};
  before.dataset.affinity = AffinityOf(items);
  const auto edited = [&](redis::AffinityEdits edits) {
    SavedDataset now = before;
    now.dataset.affinity = std::make_shared<const redis::AffinityEntries>(
        before.dataset.affinity->With(std::move(edits)));
    return now;
  };
  const auto edit = [](const std::string& network, const std::string& label) {
    redis::AffinityEdit made{*redis::ParseAffinityPrefix(network),
                             label.empty()};
    if (!made.removed) made.entry.label = *redis::ParseAffinityLabel(label);
    return made;
  };
  const SavedDataset few =
      edited({edit("10.0.7.0/24", "other/2"), edit("192.0.2.0/24", "new"),
              edit("10.0.8.0/24", "")});
  // As a read of the whole hash finds them, which shares nothing.
  SavedDataset read = few;
  read.dataset.affinity =
      std::make_shared<const redis::AffinityEntries>(redis::AffinityList(
          few.dataset.affinity->begin(), few.dataset.affinity->end()));
  redis::AffinityEdits all;
  for (size_t i = 0; i < items.size(); i += 2) {
    all.push_back(edit(items[i], i % 4 == 0 ? "" : "all"));
  }
  const SavedDataset many = edited(all);
  const std::string whole = EncodeState(before.dataset, kNow);
  const std::string few_text = EncodeChanges(before, few);
  CHECK(few_text.size() < 400);
  CHECK(EncodeChanges(before, read) == few_text);
  std::string text = whole + few_text;
  CHECK(EncodeState(DecodeState(text)->dataset, kNow) ==
        EncodeState(few.dataset, kNow));
  text += EncodeChanges(few, many);
  CHECK(EncodeState(DecodeState(text)->dataset, kNow) ==
        EncodeState(many.dataset, kNow));
  text += EncodeChanges(many, before);
  CHECK(EncodeState(DecodeState(text)->dataset, kNow) == whole);
}

TEST_CASE("changes that are torn or altered count up to those before") {
  const Chain chain;
  const std::string before = chain.parts[0] + chain.parts[1];
  for (size_t size = 0; size < chain.parts[2].size(); ++size) {
    const auto saved = DecodeState(before + chain.parts[2].substr(0, size));
    REQUIRE(saved.ok());
    REQUIRE(saved->saved_unix_millis == kNow + 1);
    REQUIRE(EncodeState(saved->dataset, kNow) == chain.Whole(1));
  }
  std::string altered = chain.Text();
  altered[chain.parts[0].size() + chain.parts[1].size() - 5] ^= 1;
  const auto saved = DecodeState(altered);
  REQUIRE(saved.ok());
  CHECK(EncodeState(saved->dataset, kNow) == chain.Whole(0));
}

}  // namespace
}  // namespace groupring::backend
