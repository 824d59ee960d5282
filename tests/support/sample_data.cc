#include "tests/support/sample_data.h"

namespace groupring::testing {
namespace {

constexpr std::string_view kGroups = R"(
SADD alpha:A       10.1.0.1 10.1.0.2 10.1.0.3
SADD alpha:AAAA    2001:db8:a::1 2001:db8:a::2 2001:db8:a::3
SADD bravo:A       10.2.0.1 10.2.0.2 10.2.0.3
SADD bravo:AAAA    2001:db8:b::1 2001:db8:b::2 2001:db8:b::3
SADD charlie:A     10.3.0.1 10.3.0.2 10.3.0.3
SADD charlie:AAAA  2001:db8:c::1 2001:db8:c::2 2001:db8:c::3
SADD files.example.org:GROUPS        alpha bravo charlie
SADD upload.example.org:GROUPS       alpha bravo charlie
SADD ftp.eu.west.example.org:GROUPS  alpha bravo charlie
SADD example.net:GROUPS              alpha bravo charlie
HSET example.net:CONFIG SOA "ns1.example.net. hostmaster.example.net. 1 3600 600 604800 60" NS ns1.example.net
)";

constexpr std::string_view kZone = R"(
HSET example.org:CONFIG SOA "ns1.example.org. hostmaster.example.org. 1 3600 600 604800 60" NS ns1.example.org,ns2.example.org
HSET example.org:CONFIG RECORDS '[{"name":"@","type":"MX","content":"10 mail.example.org."},{"name":"www","type":"A","content":"192.0.2.80","ttl":300},{"name":"www","type":"AAAA","content":"2001:db8::80","ttl":300},{"name":"mail","type":"A","content":"192.0.2.25"}]'
)";

}  // namespace

std::string SampleData(bool zone_elsewhere) {
  std::string commands(kGroups);
  if (!zone_elsewhere) commands += kZone;
  return commands;
}

std::string GroupOf(std::string_view address) {
  if (address.starts_with("10.1.") || address.starts_with("2001:db8:a:")) {
    return "alpha";
  }
  if (address.starts_with("10.2.") || address.starts_with("2001:db8:b:")) {
    return "bravo";
  }
  if (address.starts_with("10.3.") || address.starts_with("2001:db8:c:")) {
    return "charlie";
  }
  return "";
}

}  // namespace groupring::testing
