#include "backend/snapshot/sorted_index.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// Looks for each number, its neighbours, the ends and others.
template <typename Number>
void CheckAgainstList(std::vector<Number> numbers, std::mt19937_64* random) {
  numbers.push_back(0);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const SortedIndex<Number> index(numbers);
  std::vector<Number> wanted = {0, std::numeric_limits<Number>::max()};
  for (const Number number : numbers) {
    wanted.push_back(number);
    wanted.push_back(static_cast<Number>(number - 1));
    wanted.push_back(static_cast<Number>(number + 1));
    wanted.push_back(static_cast<Number>((*random)()));
  }
  for (const Number number : wanted) {
    const auto above = std::upper_bound(numbers.begin(), numbers.end(), number);
    const auto expected = static_cast<size_t>(above - numbers.begin()) - 1;
    if (index.Find(number) != expected) {
      FAIL(numbers.size() << " numbers, " << number << " is found at "
                          << index.Find(number) << ", not " << expected);
    }
  }
}

TEMPLATE_TEST_CASE("numbers of every distribution are found", "", uint32_t,
                   uint64_t) {
  constexpr int kBits = std::numeric_limits<TestType>::digits;
  std::mt19937_64 random(7);
  const auto number = [&] { return static_cast<TestType>(random()); };
  for (const size_t count : {0U, 1U, 7U, 8U, 9U, 17U, 300U, 20'000U}) {
    CAPTURE(count);
    std::vector<TestType> anywhere;
    std::vector<TestType> dense;
    std::vector<TestType> clusters;
    std::vector<TestType> powers;
    for (size_t i = 0; i < count; ++i) {
      anywhere.push_back(number());
      dense.push_back(static_cast<TestType>(1'000'000 + 3 * i));
      // At the begin, in the middle and at the very end of all numbers.
      const auto within = static_cast<TestType>(number() % (2 * count));
      const TestType most = std::numeric_limits<TestType>::max();
      clusters.push_back(i % 3 == 0   ? within
                         : i % 3 == 1 ? static_cast<TestType>(most / 2 + within)
                                      : static_cast<TestType>(most - within));
      // Each half as far from 0 as the one before.
      powers.push_back(static_cast<TestType>(TestType{1} << i % kBits));
    }
    CheckAgainstList(anywhere, &random);
    CheckAgainstList(dense, &random);
    CheckAgainstList(clusters, &random);
    CheckAgainstList(powers, &random);
  }
  CheckAgainstList<TestType>({std::numeric_limits<TestType>::max()}, &random);
}

}  // namespace
}  // namespace groupring::backend
