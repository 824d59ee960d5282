#include "backend/engine/count_book.h"

#include <memory>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("count book: what a handler counted stays when it is gone") {
  CacheHolds holds;
  CountBook book(&holds);
  const uint32_t g1 = holds.Of("g1")->number();
  auto first = book.Open();
  first->clients[0].Add(2);
  first->groups.Add(g1, 0, 4);
  CHECK(book.Sum()->clients[0].value() == 2);
  first.reset();
  CHECK(book.Sum()->clients[0].value() == 2);

  auto second = book.Open();  // here the first is closed
  second->clients[0].Add(3);
  CHECK(book.Sum()->clients[0].value() == 5);
  CHECK(book.Sum()->groups.Of(g1, 0) == 4);
  const auto third = book.Open();
  CHECK(book.Sum()->clients[0].value() == 5);
}

}  // namespace
}  // namespace groupring::backend
