#include "tests/support/steady_load.h"

#include <cstdio>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "hashing/subnet_key.h"
#include "tests/support/sample_data.h"
#include "tests/support/wait_until.h"

namespace groupring::testing {
namespace {

constexpr size_t kExamples = 5;

DnsQuestion QuestionOf(const std::string& name, int client) {
  char subnet[40];
  if (client % 2 == 0) {
    std::snprintf(subnet, sizeof(subnet), "198.%d.%d.0/24",
                  18 + client / 2 / 256, client / 2 % 256);
    return {.name = name, .type = "A", .subnet = subnet};
  }
  std::snprintf(subnet, sizeof(subnet), "2001:db8:%x::/48", client / 2);
  return {.name = name, .type = "AAAA", .subnet = subnet};
}

std::shared_ptr<const hashing::Ring> RingOfSampleData() {
  std::string error;
  auto ring = hashing::Ring::Create(
      {{.name = "alpha"}, {.name = "bravo"}, {.name = "charlie"}}, &error);
  if (ring == nullptr) throw std::runtime_error(error);
  return ring;
}

}  // namespace

std::string LoadReport::Text() const {
  std::string text = std::to_string(asked) + " asked, " +
                     std::to_string(failed) + " failed, " +
                     std::to_string(empty) + " empty, " +
                     std::to_string(wrong) + " of a wrong group";
  for (const std::string& example : examples) text += "\n  " + example;
  return text;
}

SteadyLoad::SteadyLoad(uint16_t port, Options options)
    : options_(std::move(options)), ring_(RingOfSampleData()) {
  for (int client = 0; client < options_.clients; ++client) {
    questions_.push_back(QuestionOf(options_.name, client));
  }
  Expect(options_.out);
  for (int i = 0; i < options_.threads; ++i) {
    threads_.emplace_back([this, port, i] {
      Run(port, static_cast<size_t>(i) * questions_.size() /
                    static_cast<size_t>(options_.threads));
    });
  }
}

SteadyLoad::~SteadyLoad() { Stop(); }

Expectations::Groups SteadyLoad::GroupsWithout(
    const std::vector<std::string>& out) const {
  const std::set<std::string> is_out(out.begin(), out.end());
  Expectations::Groups expectation;
  hashing::RingOrder order;
  for (const DnsQuestion& question : questions_) {
    const auto subnet = hashing::ParseClientSubnet(question.subnet);
    order.Start(*ring_, hashing::SlotOf(subnet.value().key));
    std::set<std::string> groups;
    while (const std::optional<size_t> index = order.Next()) {
      if (is_out.contains(ring_->name(*index))) continue;
      groups.insert(ring_->name(*index));
      break;
    }
    expectation.push_back(std::move(groups));
  }
  return expectation;
}

void SteadyLoad::Expect(const std::vector<std::string>& out) {
  expected_.Adopt(GroupsWithout(out));
}

void SteadyLoad::ExpectEither(const std::vector<std::string>& out,
                              const std::vector<std::string>& or_out) {
  Expectations::Groups either = GroupsWithout(out);
  const Expectations::Groups other = GroupsWithout(or_out);
  for (size_t i = 0; i < either.size(); ++i) {
    either[i].insert(other[i].begin(), other[i].end());
  }
  expected_.Adopt(std::move(either));
}

void SteadyLoad::Run(uint16_t port, size_t first) {
  DnsClient dns(port);
  for (size_t i = first; !stop_; ++i) AskFor(i % questions_.size(), &dns);
}

void SteadyLoad::AskFor(size_t client, DnsClient* dns) {
  const DnsQuestion& question = questions_[client];
  const Expectations::Question asked = expected_.Begin();
  std::string status = "no reply";
  std::vector<std::string> data;
  try {
    const DnsReply reply = dns->Ask(question);
    status = reply.status;
    data = reply.Data(question.type);
  } catch (const std::runtime_error&) {
    // Counted below.
  }
  const std::string group = data.size() == 1 ? GroupOf(data[0]) : "";
  std::string expected;
  const bool right = expected_.End(asked, client, group, &expected);

  const std::lock_guard<std::mutex> lock(mutex_);
  ++report_.asked;
  ++asked_;
  if (status == "NOERROR" && right) return;
  if (status != "NOERROR") {
    ++report_.failed;
  } else if (data.empty()) {
    ++report_.empty;
  } else {
    ++report_.wrong;
  }
  if (report_.examples.size() == kExamples) return;
  report_.examples.push_back(question.subnet + " " + question.type + ": " +
                             status + ", " + std::to_string(data.size()) +
                             " addresses, group '" + group + "' instead of " +
                             expected);
}

void SteadyLoad::Await(size_t more) const {
  const size_t goal = asked_ + more;
  if (!WaitUntil([&] { return asked_ >= goal; })) {
    throw std::runtime_error("questions are not answered any more");
  }
}

LoadReport SteadyLoad::Report() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return report_;
}

LoadReport SteadyLoad::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  return Report();
}

}  // namespace groupring::testing
