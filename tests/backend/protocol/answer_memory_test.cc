#include "backend/protocol/answer_memory.h"

#include <utility>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("memory for answers: people leave the last quarter to PowerDNS") {
  AnswerMemory memory(100);
  const auto report = memory.Take(75, AnswerFor::kPeople);
  REQUIRE(report.has_value());
  CHECK_FALSE(memory.Take(1, AnswerFor::kPeople).has_value());
  const auto list = memory.Take(25, AnswerFor::kPowerDns);
  CHECK(list.has_value());
  CHECK_FALSE(memory.Take(1, AnswerFor::kPowerDns).has_value());
  CHECK(memory.used() == 100);
}

TEST_CASE("memory for answers is given back, once") {
  AnswerMemory memory(100);
  {
    auto taken = memory.Take(50, AnswerFor::kPeople);
    AnswerMemory::Share share = *std::move(taken);
    taken.reset();
    CHECK(memory.used() == 50);
    share.Resize(10);
    CHECK(memory.used() == 10);
    AnswerMemory::Share other;
    other = std::move(share);
    CHECK(memory.used() == 10);
    other.Resize(30);
    CHECK(memory.used() == 30);
  }
  CHECK(memory.used() == 0);
}

TEST_CASE("an answer that became larger keeps out others until it is taken") {
  AnswerMemory memory(100);
  {
    auto large = memory.Take(10, AnswerFor::kPowerDns);
    REQUIRE(large.has_value());
    large->Resize(500);
    CHECK_FALSE(memory.Take(1, AnswerFor::kPowerDns).has_value());
  }
  CHECK(memory.Take(100, AnswerFor::kPowerDns).has_value());
}

}  // namespace
}  // namespace groupring::backend
