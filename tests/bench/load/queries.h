// The queries of many client networks, and what a right answer to each is.
#ifndef GROUPRING_TESTS_BENCH_LOAD_QUERIES_H_
#define GROUPRING_TESTS_BENCH_LOAD_QUERIES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace groupring::bench {

// Which answers are right.
enum class Expectation {
  kRing,    // an address of the group that the ring gives the client's subnet,
            // with the subnet's length as scope
  kSigned,  // likewise, and its signature
  kAny,     // any of the addresses
};

struct Query {
  std::string packet;  // its first two bytes are the id
  uint16_t qtype = 0;
  uint8_t scope = 0;
  size_t group = 0;  // that the ring gives it
};

// Immutable once made; any thread.
class Queries {
 public:
  // `file` has one line per group: its name and its addresses of both
  // families. Throws std::runtime_error when it cannot be used.
  Queries(const std::string& name, const std::string& file,
          Expectation expectation);

  size_t size() const { return queries_.size(); }
  const Query& at(size_t index) const { return queries_[index]; }

  // Empty: it is a right answer. Otherwise what is wrong with it.
  const char* Complaint(const Query& query, const uint8_t* reply,
                        size_t size) const;

 private:
  void ReadGroups(const std::string& file);
  void Add(const std::string& name, const std::string& subnet, int family,
           uint16_t qtype);

  const Expectation expectation_;
  std::vector<std::string> groups_;                         // sorted
  absl::flat_hash_map<std::string, std::string> group_of_;  // by rdata
  std::vector<Query> queries_;
};

}  // namespace groupring::bench

#endif  // GROUPRING_TESTS_BENCH_LOAD_QUERIES_H_
