#include "tests/faults/stage.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include "tests/support/catch.h"
#include "tests/support/dns_client.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

// Before the load's first answers memory is still being got used to.
constexpr size_t kWarmUp = 1000;
constexpr size_t kAllowedGrowthKib = 16 * 1024;
constexpr size_t kAllowedDescriptors = 2;

bool IsWithAlpha(const DnsQuestion& question, uint16_t port) {
  const auto data = DnsClient(port).Ask(question).Data("A");
  return data.size() == 1 && GroupOf(data[0]) == "alpha";
}

// A client of alpha's, once alpha answers.
DnsQuestion ClientOfAlpha(uint16_t port) {
  DnsQuestion question{.name = "files.example.org"};
  int i = 0;
  const bool found = WaitUntil([&] {
    question.subnet = "203.0." + std::to_string(i++ % 256) + ".0/24";
    return IsWithAlpha(question, port);
  });
  if (!found) throw std::runtime_error("alpha has no clients");
  return question;
}

}  // namespace

FaultStage::FaultStage(const std::string& file, bool daemon)
    : proxy_(redis_.socket()) {
  redis_.Run(SampleData(false));
  const GroupringSettings* settings;
  if (daemon) {
    settings = &groupring_.emplace(url()).settings();
  } else {
    settings = &embedded_settings_.emplace(url());
  }
  pdns_.emplace(file, *settings);
  load_.emplace(pdns_->port());
  load_->Await(kWarmUp);
  before_ = Measure();
}

std::string FaultStage::url() const {
  std::string url = proxy_.url();
  url.insert(url.find("//") + 2, RedisUsers::UserInfo("node"));
  return url;
}

const GroupringSettings& FaultStage::settings() const {
  return groupring_ ? groupring_->settings() : *embedded_settings_;
}

Process& FaultStage::host() {
  return groupring_ ? groupring_->process() : pdns_->process();
}

Footprint FaultStage::Measure() {
  const std::string process = "/proc/" + std::to_string(host().pid());
  Footprint footprint;
  std::istringstream status(ReadFile(process + "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) {
      footprint.resident_kib = std::stoul(line.substr(6));
    }
  }
  using Files = std::filesystem::directory_iterator;
  footprint.descriptors =
      static_cast<size_t>(std::distance(Files(process + "/fd"), Files()));
  return footprint;
}

void FaultStage::Endure() {
  const char* const seconds = std::getenv("GROUPRING_FAULT_SECONDS");
  const std::chrono::seconds length(seconds == nullptr ? 2
                                                       : std::atoi(seconds));
  WaitUntil([] { return false; }, length);
  load_->Await(100);
}

void FaultStage::Reload(const std::string& url) {
  const std::string& file = settings().file();
  std::string text = ReadFile(file);
  const size_t begin = text.find("url = \"") + 7;
  text.replace(begin, text.find('"', begin) - begin, url);
  std::ofstream(file) << text;
  const size_t logged = host().Log().size();
  host().Signal(SIGHUP);
  REQUIRE(WaitUntil([&] { return host().Log().size() > logged; }));
}

double FaultStage::SeesChanges() {
  const DnsQuestion question = ClientOfAlpha(pdns_->port());
  const auto is_with_alpha = [&] {
    return IsWithAlpha(question, pdns_->port());
  };
  load_->ExpectEither({}, {"alpha"});
  const auto begin = std::chrono::steady_clock::now();
  redis_.Run("HSET alpha:STATE state disabled");
  REQUIRE(WaitUntil([&] { return !is_with_alpha(); }));
  const std::chrono::duration<double, std::milli> took =
      std::chrono::steady_clock::now() - begin;
  redis_.Run("DEL alpha:STATE");
  REQUIRE(WaitUntil(is_with_alpha));
  load_->Expect({});
  return took.count();
}

void FaultStage::Conclude(const std::string& fault, double noticed_millis) {
  load_->Await(kWarmUp);
  const LoadReport report = load_->Stop();
  Footprint after = Measure();
  // Sockets of a connection that was given up close a moment later.
  WaitUntil([&] {
    after = Measure();
    return after.descriptors <= before_.descriptors + kAllowedDescriptors;
  });
  std::printf(
      "fault: %-32s | %6zu asked, %zu failed, %zu empty, %zu wrong | a change "
      "noticed after %4.0f ms | %+5ld KiB, %+ld descriptors\n",
      fault.c_str(), report.asked, report.failed, report.empty, report.wrong,
      noticed_millis,
      static_cast<long>(after.resident_kib) -
          static_cast<long>(before_.resident_kib),
      static_cast<long>(after.descriptors) -
          static_cast<long>(before_.descriptors));
  INFO(report.Text());
  CHECK(report.Flawless());
  CHECK(after.resident_kib <= before_.resident_kib + kAllowedGrowthKib);
  CHECK(after.descriptors <= before_.descriptors + kAllowedDescriptors);
}

}  // namespace groupring::testing
