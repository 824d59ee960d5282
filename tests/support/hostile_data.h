// The worst that anybody who may write to Redis can write there.
#ifndef GROUPRING_TESTS_SUPPORT_HOSTILE_DATA_H_
#define GROUPRING_TESTS_SUPPORT_HOSTILE_DATA_H_

#include <string>
#include <string_view>
#include <vector>

namespace groupring::testing {

// Line ends, tabs, quotes, backslashes, NUL, escape sequences, bytes that are
// no UTF-8, whole lines and fields of our protocols, far too long ones.
std::vector<std::string> HostileTexts();

// As redis-cli reads an argument.
std::string RedisQuoted(std::string_view bytes);

// Commands that put each of them into every field of every key, on top of
// SampleData(false): names of groups on files.example.org's ring, their STATE
// and addresses, weights, skip lists, CONFIG of example.org and of names below
// it, keys of names, nodes and the audit stream. No group of the sample loses
// what it has. example.org has the records of the sample and more.
std::string HostileData();

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_HOSTILE_DATA_H_
