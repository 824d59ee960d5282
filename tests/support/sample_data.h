// What tests of the whole program put into Redis.
#ifndef GROUPRING_TESTS_SUPPORT_SAMPLE_DATA_H_
#define GROUPRING_TESTS_SUPPORT_SAMPLE_DATA_H_

#include <string>
#include <string_view>

namespace groupring::testing {

// Commands for redis-cli. Three groups, alpha, bravo and charlie, on the ring
// of every dynamic name:
//
//   files.example.org, upload.example.org, ftp.eu.west.example.org,
//   and example.net, which is also the apex of its zone.
//
// example.org is a zone with static records (www, mail, MX) unless
// `zone_elsewhere`: then another backend holds it.
std::string SampleData(bool zone_elsewhere);

// The group whose set holds the address; empty for none.
std::string GroupOf(std::string_view address);

}  // namespace groupring::testing

#endif  // GROUPRING_TESTS_SUPPORT_SAMPLE_DATA_H_
