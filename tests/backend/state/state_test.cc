#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "backend/state/dataset_json.h"
#include "backend/state/state_file.h"
#include "tests/backend/affinity_text.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"
#include "tests/support/temp_directory.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

DatasetText Rich() {
  DatasetText data;
  auto apex = DatasetText::Apex();
  apex.config.records_json = R"([{"type":"TXT","content":"x"}])";
  apex.skip_a = {"198.51.100.7", "198.51.100.8/29", "10.0.0.0/8"};
  apex.skip_aaaa = {"2001:db8::/33", "2001:db8:ffff::1"};
  data.Set("example.org", apex);
  auto name = DatasetText::OnGroups({"g1", "g 2"});
  name.groups[0].weight = 7;
  name.config.answers = 3;
  name.config.ttl_seconds = 5;
  name.config.on_empty = redis::OnEmpty::kServfail;
  data.Set("ftp.example.org", name);
  data.Set("ftps.example.org", name);
  DatasetText::Name hashed;
  hashed.config.answer = redis::AnswerMode::kConsistentHash;
  hashed.a = {"192.0.2.1", "192.0.2.0/25"};
  data.Set("hash.example.org", hashed);
  redis::GroupState state = Disabled();
  state.by = "ana@ns1";
  state.reason = "quote \" and \xff byte";
  state.until = 99;
  data.SetGroup("g1", {"198.51.100.1"}, {"2001:db8::1", "2001:db8:5::/48"},
                state);
  data.SetGroup("g 2", {"198.51.100.2"}, {});
  data.SetGroup("g 2", {}, {});  // emptied: its last good set is remembered
  return data;
}

TEST_CASE("a dataset survives being saved and read") {
  const DatasetText data = Rich();
  redis::Dataset dataset = data.dataset();
  dataset.accepted_unix_millis = kNow - 1;
  const auto saved = DecodeState(EncodeState(dataset, kNow));
  REQUIRE(saved.ok());
  CHECK(saved->dataset.accepted_unix_millis == kNow - 1);
  CHECK(saved->saved_unix_millis == kNow);
  const redis::Dataset& read = saved->dataset;
  REQUIRE(read.names.size() == 4);
  REQUIRE(read.groups.size() == 2);
  for (const auto& [name, before] : data.dataset().names) {
    CAPTURE(name);
    const redis::NameData& after = *read.names.at(name);
    CHECK(after.name == name);
    CHECK(after.config == before->config);
    CHECK(*after.groups == *before->groups);
    for (size_t f = 0; f < redis::kFamilies; ++f) {
      const auto family = static_cast<redis::Family>(f);
      CHECK(after.skip[f]->Prefixes(family) ==
            before->skip[f]->Prefixes(family));
      REQUIRE(after.addresses[f]->members().size() ==
              before->addresses[f]->members().size());
      for (size_t i = 0; i < before->addresses[f]->members().size(); ++i) {
        CHECK(after.addresses[f]->members()[i].text ==
              before->addresses[f]->members()[i].text);
      }
    }
  }
  // Names on equal lists of groups share one again.
  CHECK(read.names.at("ftp.example.org")->groups ==
        read.names.at("ftps.example.org")->groups);
  CHECK(read.groups.at("g1")->state.by == "ana@ns1");
  CHECK(read.groups.at("g1")->state.until == 99);
  CHECK(read.groups.at("g1")->addresses[1]->members().size() == 2);
  CHECK(read.groups.at("g 2")->addresses[0]->empty());
  REQUIRE(read.groups.at("g 2")->last_good[0] != nullptr);
  CHECK(read.groups.at("g 2")->last_good[0]->members()[0].text ==
        "198.51.100.2");
}

TEST_CASE("weights that change over time survive being saved and read") {
  DatasetText data = Rich();
  auto name = DatasetText::OnGroups({"g1", "g 2"});
  name.groups[0].weight = 120;
  name.groups[0].weight_before = 90;
  name.groups.course = {kNow / 1000, 7200};
  data.Set("slow.example.org", name);
  const auto saved = DecodeState(EncodeState(data.dataset(), kNow));
  REQUIRE(saved.ok());
  const auto& read = saved->dataset.names;
  CHECK(*read.at("slow.example.org")->groups ==
        *data.dataset().names.at("slow.example.org")->groups);
  CHECK(read.at("slow.example.org")->groups->course.duration == 7200);
  CHECK_FALSE(read.at("ftp.example.org")->groups->course.exists());
}

TEST_CASE("networks that hash as one survive being saved and read") {
  DatasetText data = Rich();
  data.SetAffinity(AffinityOf(
      {"203.0.113.0/24", "customer-17/4", "2001:db8:17::/48", "customer-17"}));
  const auto saved = DecodeState(EncodeState(data.dataset(), kNow));
  REQUIRE(saved.ok());
  REQUIRE(saved->dataset.affinity != nullptr);
  CHECK(*saved->dataset.affinity == *data.dataset().affinity);
  const auto without = DecodeState(EncodeState(Rich().dataset(), kNow));
  REQUIRE(without.ok());
  CHECK(without->dataset.affinity == nullptr);
}

TEST_CASE("a torn state file is refused at every length") {
  const std::string whole = EncodeState(Rich().dataset(), kNow);
  for (size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_FALSE(DecodeState(std::string_view(whole).substr(0, size)).ok());
  }
  CHECK(std::string(
            DecodeState(whole.substr(0, whole.size() - 5)).status().message())
            .find("it is torn") == 0);
}

TEST_CASE("an altered, foreign or future state file is refused with a reason") {
  std::string whole = EncodeState(Rich().dataset(), kNow);
  std::string altered = whole;
  altered[altered.size() - 10] ^= 1;
  CHECK(DecodeState(altered).status().code() == absl::StatusCode::kDataLoss);
  // Still JSON, still an address, but another one.
  altered = whole;
  altered.replace(altered.find("198.51.100.2"), 12, "198.51.100.3");
  CHECK(DecodeState(altered).status().code() == absl::StatusCode::kDataLoss);
  CHECK(DecodeState("{}\n").status().code() ==
        absl::StatusCode::kInvalidArgument);
  CHECK(DecodeState("groupring-state x y z\n{}").status().code() ==
        absl::StatusCode::kInvalidArgument);
  std::string future = whole;
  future.replace(std::string("groupring-state ").size(), 1, "5");
  const absl::Status status = DecodeState(future).status();
  CHECK(status.code() == absl::StatusCode::kUnimplemented);
  CHECK(std::string(status.message()).find("format 5") != std::string::npos);
  std::string none = whole;
  none.replace(std::string("groupring-state ").size(), 1, "0");
  CHECK(DecodeState(none).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

// The dataset of golden/*.state: every mode, ON_EMPTY and state once.
redis::Dataset GoldenDataset() {
  DatasetText data;
  auto apex = DatasetText::Apex();
  apex.config.records_json = R"([{"type":"TXT","content":"x"}])";
  apex.skip_a = {"198.51.100.7", "10.0.0.0/8"};
  apex.skip_aaaa = {"2001:db8::/33"};
  data.Set("example.org", apex);
  auto name = DatasetText::OnGroups({"g1", "g2", "g3", "g4"});
  name.groups[0].weight = 7;
  name.config.answers = 3;
  name.config.ttl_seconds = 5;
  name.config.on_empty = redis::OnEmpty::kServfail;
  data.Set("ftp.example.org", name);
  DatasetText::Name hashed;
  hashed.config.answer = redis::AnswerMode::kConsistentHash;
  hashed.a = {"192.0.2.1", "192.0.2.128/25"};
  data.Set("hash.example.org", hashed);
  DatasetText::Name random;
  random.config.answer = redis::AnswerMode::kRandom;
  random.aaaa = {"2001:db8:9::/48"};
  data.Set("any.example.org", random);
  redis::GroupState state = Disabled();
  state.by = "ana@ns1";
  state.reason = "kernel";
  state.since = kNow / 1000 - 1000;
  state.until = kNow / 1000 + 3600;
  data.SetGroup("g1", {"198.51.100.1"}, {"2001:db8::1"}, state);
  state = {};
  state.state = redis::AdminState::kDraining;
  state.start = kNow / 1000 - 1000;
  state.duration = 3600;
  data.SetGroup("g2", {"198.51.100.2"}, {}, state);
  state.state = redis::AdminState::kFilling;
  data.SetGroup("g3", {"198.51.100.3"}, {}, state);
  data.SetGroup("g4", {"198.51.100.4"}, {});
  data.SetGroup("g4", {}, {});
  redis::Dataset dataset = data.dataset();
  dataset.generation = 17;
  dataset.accepted_unix_millis = kNow - 1'000'000'000;
  return dataset;
}

std::string Golden(const std::string& what, int format) {
  std::ifstream in(GROUPRING_SOURCE_DIR "/tests/backend/state/golden/" + what +
                       std::to_string(format) + ".state",
                   std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("state files of every format are read to the same data") {
  const std::string written = EncodeState(GoldenDataset(), kNow);
  CHECK(written == Golden("format", kStateFormat));
  for (int format = 1; format <= kStateFormat; ++format) {
    CAPTURE(format);
    const auto saved = DecodeState(Golden("format", format));
    REQUIRE(saved.ok());
    CHECK(saved->saved_unix_millis == kNow);
    CHECK(EncodeState(saved->dataset, kNow) == written);
  }
}

TEST_CASE("changes of every format are read to the same labels of networks") {
  SavedDataset whole{GoldenDataset(), kNow};
  whole.dataset.affinity =
      AffinityOf({"203.0.113.0/24", "customer-17/4", "192.0.2.0/24", "office",
                  "2001:db8:17::/48", "customer-17/4"});
  SavedDataset changed{whole.dataset, kNow + 1};
  changed.dataset.generation = 18;
  changed.dataset.affinity =
      AffinityOf({"192.0.2.0/24", "\"lab\"", "198.51.100.0/24", "office",
                  "2001:db8:17::/48", "customer-17/4"});
  // A change of something else.
  SavedDataset last{changed.dataset, kNow + 2};
  last.dataset.generation = 19;
  CHECK(EncodeState(whole.dataset, kNow) + EncodeChanges(whole, changed) +
            EncodeChanges(changed, last) ==
        Golden("changes", kStateFormat));
  for (int format = 3; format <= kStateFormat; ++format) {
    CAPTURE(format);
    const auto saved = DecodeState(Golden("changes", format));
    REQUIRE(saved.ok());
    CHECK(saved->saved_unix_millis == kNow + 2);
    CHECK(EncodeState(saved->dataset, kNow) == EncodeState(last.dataset, kNow));
  }
}

TEST_CASE("what a skip list names is kept, though no member could be it") {
  DatasetText data;
  auto name = DatasetText::OnGroups({"g1"});
  data.Set("a.test", name);
  redis::Dataset dataset = data.dataset();
  auto skipping =
      std::make_shared<redis::NameData>(*dataset.names.at("a.test"));
  skipping->skip[0] = std::make_shared<redis::SkipList>(
      std::vector{redis::ParsePrefix(redis::Family::kA, "0.0.0.0/0").value()});
  dataset.names.Set(skipping);
  const auto read = DecodeState(EncodeState(dataset, kNow));
  REQUIRE(read.ok());
  CHECK(*read->dataset.names.at("a.test")->skip[0] == *skipping->skip[0]);
}

// A state file with such contents, as anybody could make it.
absl::Status StatusOfJson(const std::string& json) {
  return DatasetFromJson(json, kStateFormat).status();
}

TEST_CASE("a state file with numbers out of bounds is refused") {
  const std::string good = R"({"generation":1,
      "lists":[[["g1",100],["g2",1000]]],
      "names":{"a.test":{"config":{"ttl":60,"answer":"random","answers":1,
        "on_empty":"fail_open"},"groups":0}},
      "groups":{"g1":{"a":["192.0.2.1"],"state":{"state":"disabled","start":0,
        "duration":0,"until":0,"since":0,"reason":"","by":""}}}})";
  REQUIRE(StatusOfJson(good).ok());
  for (const auto& [from, to] :
       {std::pair("\"ttl\":60", "\"ttl\":-1"),
        std::pair("\"ttl\":60", "\"ttl\":1e300"),
        std::pair("\"ttl\":60", "\"ttl\":4294967296"),
        std::pair("\"random\"", "\"sorted\""), std::pair("\"random\"", "0"),
        std::pair("\"answers\":1", "\"answers\":0"),
        std::pair("\"fail_open\"", "\"\""),
        std::pair("\"groups\":0", "\"groups\":1"),
        std::pair("\"groups\":0", "\"groups\":-1"),
        std::pair("\"disabled\"", "\"out\""),
        std::pair("\"until\":0", "\"until\":9223372036854775807"),
        std::pair("\"until\":0", "\"until\":18446744073709551615"),
        std::pair("\"start\":0", "\"start\":-1"),
        std::pair("\"duration\":0", "\"duration\":9223372036854775807"),
        std::pair("1000]", "1001]"), std::pair("1000]", "-1]"),
        std::pair("1000]", "1e300]")}) {
    std::string bad = good;
    bad.replace(bad.find(from), std::string(from).size(), to);
    CAPTURE(bad);
    CHECK(StatusOfJson(bad).code() == absl::StatusCode::kDataLoss);
  }
}

TEST_CASE("format 1 has numbers in bounds, and no names") {
  const auto with = [](const std::string& answer, const std::string& on_empty,
                       const std::string& state) {
    return DatasetFromJson(
               R"({"generation":1,"lists":[[]],"names":{"a.test":{"config":
                  {"ttl":60,"answers":1,"answer":)" +
                   answer + R"(,"on_empty":)" + on_empty +
                   R"(},"groups":0}},"groups":{"g1":{"state":{"start":0,
                  "duration":0,"until":0,"since":0,"reason":"","by":"",
                  "state":)" +
                   state + "}}}}",
               1)
        .status();
  };
  CHECK(with("2", "1", "3").ok());
  CHECK(with("3", "1", "3").code() == absl::StatusCode::kDataLoss);
  CHECK(with("2", "2", "3").code() == absl::StatusCode::kDataLoss);
  CHECK(with("2", "1", "4").code() == absl::StatusCode::kDataLoss);
  CHECK(with("\"random\"", "1", "3").code() == absl::StatusCode::kDataLoss);
}

TEST_CASE("groups told apart by bytes that are no UTF-8 fail no name") {
  DatasetText data;
  data.Set("a.test", DatasetText::OnGroups({"g\xfe", "g\xff"}));
  const auto read =
      DatasetFromJson(DatasetToJson(data.dataset()), kStateFormat);
  REQUIRE(read.ok());
  CHECK(read->names.at("a.test")->groups->size() == 1);
}

TEST_CASE("the state file is written whole, private, and read back") {
  const testing::TempDirectory directory;
  const std::string path = StateFilePath(directory.path());
  const std::string text = EncodeState(Rich().dataset(), kNow);
  REQUIRE(WriteStateFile(path, text).ok());
  REQUIRE(WriteStateFile(path, text).ok());
  namespace fs = std::filesystem;
  CHECK((fs::status(path).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(std::distance(fs::directory_iterator(directory.path()),
                      fs::directory_iterator()) == 1);
  CHECK(ReadStateFile(path, std::chrono::milliseconds(0), kNow).ok());
}

TEST_CASE("a state path that is a FIFO is refused and not waited for") {
  const testing::TempDirectory directory;
  const std::string path = StateFilePath(directory.path());
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const auto read = ReadStateFile(path, std::chrono::milliseconds(0), kNow);
  CHECK(read.status().code() == absl::StatusCode::kInvalidArgument);
  // Saving replaces it.
  REQUIRE(WriteStateFile(path, EncodeState(Rich().dataset(), kNow)).ok());
  CHECK(ReadStateFile(path, std::chrono::milliseconds(0), kNow).ok());
}

TEST_CASE("what a killed writer left is removed, and nothing else is") {
  const testing::TempDirectory directory;
  const std::string path = StateFilePath(directory.path());
  // No process has such a number.
  const std::string left = path + ".new.2147483647";
  const std::string own = path + ".new." + std::to_string(getpid());
  const std::string other = directory / "dataset.state.new.txt";
  for (const std::string& name : {left, own, other}) {
    std::ofstream(name) << "half";
  }
  const int64_t now = time(nullptr) * int64_t{1000};
  RemoveUnfinishedStateFiles(path, now);
  CHECK(std::filesystem::exists(left));  // perhaps still being written
  RemoveUnfinishedStateFiles(path, now + 3'600'000);
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(own));
  CHECK(std::filesystem::exists(other));
}

TEST_CASE("a state file that is too old, or of the future, is refused") {
  const testing::TempDirectory directory;
  const std::string path = StateFilePath(directory.path());
  REQUIRE(WriteStateFile(path, EncodeState(Rich().dataset(), kNow)).ok());
  const std::chrono::hours day(24);
  CHECK(ReadStateFile(path, day, kNow + 3600 * 1000).ok());
  const auto old = ReadStateFile(path, day, kNow + 25 * 3600 * 1000);
  CHECK(old.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(std::string(old.status().message()).find(path) == 0);
  CHECK(ReadStateFile(path, day, kNow - 2 * 3600 * 1000).status().code() ==
        absl::StatusCode::kFailedPrecondition);
  CHECK(ReadStateFile(path + "x", day, kNow).status().code() ==
        absl::StatusCode::kNotFound);
  CHECK_FALSE(WriteStateFile(directory.path() + "/no/such", "x").ok());
}

}  // namespace
}  // namespace groupring::backend
