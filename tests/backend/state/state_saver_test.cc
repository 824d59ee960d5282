#include "backend/state/state_saver.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "backend/state/state_file.h"
#include "tests/backend/dataset_text.h"
#include "tests/backend/transport/log_lines.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wait_until.h"

namespace groupring::backend {
namespace {

using testing::WaitUntil;

// What it saves has the number of the saving for its generation.
class Saved {
 public:
  explicit Saved(const std::string& file = "dataset.state")
      : path(directory / file),
        saver(
            path,
            [this] {
              SavedDataset now;
              now.dataset.generation = ++asked;
              now.saved_unix_millis = clock.UnixMillis();
              return now;
            },
            &clock, log.Sink()) {}

  // -1: there is no file.
  int64_t Generation() const {
    const auto saved =
        ReadStateFile(path, std::chrono::milliseconds(0), clock.UnixMillis());
    return saved.ok() ? saved->dataset.generation : -1;
  }

  testing::TempDirectory directory;
  const std::string path;
  std::atomic<int> asked{0};
  SystemClock clock;
  LogLines log;
  StateSaver saver;
};

TEST_CASE("state saver: what has changed is saved, also before the start") {
  const bool before = GENERATE(true, false);
  Saved saved;
  if (before) saved.saver.Changed();
  saved.saver.Start();
  if (!before) saved.saver.Changed();
  CHECK(WaitUntil([&] { return saved.Generation() == 1; }));
}

TEST_CASE("state saver: what changed while it rests is saved at the end") {
  Saved saved;
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] { return saved.Generation() == 1; }));
  saved.saver.Changed();
  saved.saver.Stop();
  CHECK(saved.Generation() == 2);
  CHECK(saved.asked == 2);
}

TEST_CASE("state saver: it saves at a lower priority than answers have") {
  const SystemClock clock;
  LogLines log;
  const testing::TempDirectory directory;
  std::atomic<int> niceness{0};
  StateSaver saver(
      directory / "dataset.state",
      [&niceness] {
        niceness = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
        return SavedDataset();
      },
      &clock, log.Sink());
  saver.Start();
  saver.Changed();
  saver.Stop();
  CHECK(niceness >= 10);
}

TEST_CASE("state saver: without a change nothing is saved") {
  Saved saved;
  saved.saver.Start();
  saved.saver.Stop();
  CHECK(saved.asked == 0);
  CHECK(saved.Generation() == -1);
}

size_t SizeOf(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::file_size(path, ignored);
}

TEST_CASE("state saver: what changed next is added to the same file") {
  Saved saved;
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] { return saved.Generation() == 1; }));
  const size_t whole = SizeOf(saved.path);
  saved.saver.Changed();
  saved.saver.Stop();
  CHECK(saved.Generation() == 2);
  CHECK(SizeOf(saved.path) > whole + whole / 2);
}

TEST_CASE("state saver: a file to which much was added is written whole") {
  const testing::TempDirectory directory;
  const std::string path = directory / "dataset.state";
  const testing::ManualClock clock;
  LogLines log;
  int asked = 0;
  // Each time other records of 20 kB.
  const auto current = [&] {
    DatasetText data;
    data.SetGroup("g1", {"192.0.2.1"}, {});
    DatasetText::Name name = DatasetText::OnGroups({"g1"});
    name.config.records_json =
        std::string(20'000, static_cast<char>('a' + asked));
    data.Set("a.example.com", name);
    SavedDataset now;
    now.dataset = data.dataset();
    now.dataset.generation = ++asked;
    now.saved_unix_millis = clock.UnixMillis();
    return now;
  };
  StateSaver saver(path, current, &clock, log.Sink());
  saver.Start();
  size_t largest = 0;
  for (int i = 1; i <= 12; ++i) {
    saver.Changed();
    REQUIRE(WaitUntil([&] {
      clock.Advance(std::chrono::minutes(1));
      return saver.saved_generation() == i;
    }));
    largest = std::max(largest, SizeOf(path));
  }
  saver.Stop();
  CHECK(largest > 60'000);
  CHECK(largest < 120'000);
}

TEST_CASE("state saver: a file that somebody else wrote is written whole") {
  Saved saved;
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] { return saved.Generation() == 1; }));
  const size_t whole = SizeOf(saved.path);
  REQUIRE(WriteStateFile(saved.path, "of another process").ok());
  saved.saver.Changed();
  saved.saver.Stop();
  CHECK(saved.Generation() == 2);
  CHECK(SizeOf(saved.path) == whole);
}

TEST_CASE("state saver: a directory that is not there is said once") {
  Saved saved("missing/dataset.state");
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] { return saved.log.Count() == 1; }));
  CHECK(saved.saver.trouble().find("No such file") != std::string::npos);
  CHECK_FALSE(saved.saver.saved_generation().has_value());
  saved.saver.Changed();
  saved.saver.Stop();
  CHECK(saved.asked == 2);
  CHECK(saved.log.Count() == 1);
}

TEST_CASE("state saver: which changes another process would find is known") {
  Saved saved;
  CHECK_FALSE(saved.saver.saved_generation().has_value());
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] { return saved.saver.saved_generation() == 1; }));
  CHECK(saved.saver.trouble().empty());
  // One that has not saved yet does not know what its predecessor left.
  const StateSaver next(
      saved.path, [] { return SavedDataset(); }, &saved.clock,
      saved.log.Sink());
  CHECK(next.saved_generation() == 0);
}

TEST_CASE("state saver: when the data in the file was saved is known") {
  Saved saved;
  CHECK_FALSE(saved.saver.saved_unix_millis().has_value());
  saved.saver.Found(1'600'000'000'000);
  CHECK(saved.saver.saved_unix_millis() == 1'600'000'000'000);
  saved.saver.Start();
  saved.saver.Changed();
  REQUIRE(WaitUntil([&] {
    const absl::StatusOr<SavedDataset> file = ReadStateFile(
        saved.path, std::chrono::milliseconds(0), saved.clock.UnixMillis());
    return file.ok() &&
           saved.saver.saved_unix_millis() == file->saved_unix_millis;
  }));
}

}  // namespace
}  // namespace groupring::backend
