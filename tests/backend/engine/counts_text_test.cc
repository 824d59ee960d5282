#include "backend/engine/counts_text.h"

#include <chrono>
#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

// One of each kind.
void Fill(CacheHolds* holds, QueryCounts* counts) {
  Request request;
  request.transport = Transport::kPipeAbi;
  request.method = Method::kLookup;
  request.qtype = "ANY";
  counts->CountQuery(request, QueryResult::kAnswered);
  counts->clients[static_cast<size_t>(CountedClient::kResolver)].Add(7);
  counts->draws[static_cast<size_t>(CountedDraw::kOwn)].Add(5);
  counts->failures[static_cast<size_t>(FailureCause::kRefused)].Add(6);
  counts->scopes[24].Add(9);
  counts->scopes[128].Add(2);
  counts->answers[1][static_cast<size_t>(CountedSource::kFallback)].Add(8);
  counts->traffic.opened[0].Add(4);
  counts->traffic.refused[2][0].Add(1);
  counts->traffic.closed[0][1].Add(3);
  counts->traffic.errors[1].Add(2);
  counts->traffic.latency[0].Add(std::chrono::microseconds(40));
  counts->traffic.latency[0].Add(std::chrono::seconds(2));
  counts->groups.Add(holds->Of("px-1")->number(), 0, 41);
  counts->groups.Add(holds->Of("a b\nc")->number(), 1, 42);
}

TEST_CASE("counts as text: the format is this, to the byte") {
  CacheHolds holds;
  QueryCounts counts;
  Fill(&holds, &counts);
  CHECK(EncodeCounts(counts, holds.Numbered()) ==
        "groupring-counts 1\n"
        "query pipe-abi lookup answered 1\n"
        "lookup ANY answered 1\n"
        "client resolver 7\n"
        "draw own 5\n"
        "failure refused 6\n"
        "scope 24 9\n"
        "scope 128 2\n"
        "answer AAAA fallback 8\n"
        "opened remote-json 4\n"
        "closed remote-json request_cut 3\n"
        "error pipe-abi 2\n"
        "refused http too_many 1\n"
        "latency remote-json 50 1\n"
        "latency remote-json more 1\n"
        "latency_nanos remote-json 2000040000\n"
        "group A 41 px-1\n"
        "group AAAA 42 a b\\nc\n");
}

TEST_CASE("counts as text: are added, whatever numbers the groups have now") {
  CacheHolds before;
  QueryCounts counts;
  Fill(&before, &counts);
  const std::string text = EncodeCounts(counts, before.Numbered());

  CacheHolds now;
  const auto other = now.Of("px-9");
  QueryCounts sum;
  sum.groups.Add(other->number(), 0, 5);
  AddEncodedCounts(text, &now, &sum);
  AddEncodedCounts(text, &now, &sum);
  const std::string twice = EncodeCounts(sum, now.Numbered());
  CHECK(twice ==
        "groupring-counts 1\n"
        "query pipe-abi lookup answered 2\n"
        "lookup ANY answered 2\n"
        "client resolver 14\n"
        "draw own 10\n"
        "failure refused 12\n"
        "scope 24 18\n"
        "scope 128 4\n"
        "answer AAAA fallback 16\n"
        "opened remote-json 8\n"
        "closed remote-json request_cut 6\n"
        "error pipe-abi 4\n"
        "refused http too_many 2\n"
        "latency remote-json 50 2\n"
        "latency remote-json more 2\n"
        "latency_nanos remote-json 4000080000\n"
        "group A 5 px-9\n"
        "group A 82 px-1\n"
        "group AAAA 84 a b\\nc\n");
}

TEST_CASE("counts as text: what cannot be read is left out, and no more") {
  const auto added = [](const std::string& text) {
    CacheHolds holds;
    QueryCounts counts;
    AddEncodedCounts(text, &holds, &counts);
    return EncodeCounts(counts, holds.Numbered());
  };
  const std::string head = "groupring-counts 1\n";
  CHECK(added("") == head);
  CHECK(added("groupring-counts 2\nclient ecs 1\n") == head);
  for (const std::string line : {"client ecs",
                                 "client ecs -1",
                                 "client ecs 1x",
                                 "client moon 1",
                                 "draw moon 1",
                                 "failure moon 1",
                                 "scope 129 1",
                                 "scope -1 1",
                                 "scope x 1",
                                 "query http lookup 1",
                                 "query moon lookup answered 1",
                                 "group A 1",
                                 "group B 1 g",
                                 "group A x g",
                                 "group A 1 \\q",
                                 "opened moon 1",
                                 "opened http",
                                 "refused http idle 1",
                                 "closed http too_many 1",
                                 "closed embedded idle 1",
                                 "latency http 51 1",
                                 "latency pages 50 1",
                                 "latency_nanos http x",
                                 "error http http 1",
                                 "",
                                 " ",
                                 "\x01"}) {
    CAPTURE(line);
    CHECK(added(head + line + "\nclient ecs 3\n") == head + "client ecs 3\n");
  }
}

}  // namespace
}  // namespace groupring::backend
