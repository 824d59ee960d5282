// groupring behind a backend that PowerDNS serves a zone from already, as
// pdns-config/beside.conf has it.
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/dig.h"
#include "tests/support/dns_client.h"
#include "tests/support/groupring_server.h"
#include "tests/support/pdns_server.h"
#include "tests/support/process.h"
#include "tests/support/redis_server.h"
#include "tests/support/sample_data.h"
#include "tests/support/temp_directory.h"

namespace groupring::testing {
namespace {

constexpr char kZone[] = "hosting.test";

// A zone with its records in a backend of PowerDNS, and the file of pdns.d that
// launches it.
class OtherBackend {
 public:
  // Debian's file for the backend: its name and text, with the places of this
  // test.
  void Launch(const std::string& file, const std::string& text) {
    directory_.Write(file, text);
  }
  // beside.conf as it is installed, with the socket of these settings.
  void AddGroupring(const GroupringSettings& settings) {
    std::string text =
        ReadFile(GROUPRING_SOURCE_DIR "/pdns-config/beside.conf");
    const auto replace = [&](const std::string& from, const std::string& to) {
      const size_t at = text.find(from);
      REQUIRE(at != std::string::npos);
      text.replace(at, from.size(), to);
    };
    replace("/run/groupring/remote.sock", settings.remote_socket());
    replace("timeout=1000", "timeout=20000");
    directory_.Write("zz-groupring.conf", text);
  }

  void Pdnsutil(const std::vector<std::string>& words) {
    // Without groupring, which does not run yet.
    directory_.Write("only/pdns.conf",
                     "launch=\ninclude-dir=" + directory_.path() + "\n");
    std::vector<std::string> argv = {"pdnsutil",
                                     "--config-dir=" + (directory_ / "only")};
    argv.insert(argv.end(), words.begin(), words.end());
    const CommandResult result = RunCommand(argv);
    if (result.status != 0) {
      throw std::runtime_error("pdnsutil: " + result.output + result.errors);
    }
  }

  // A file of the zone.
  std::string WriteZone() {
    return directory_.Write(
        "hosting.zone",
        "$TTL 3600\n@ SOA ns1 hostmaster 1 10800 3600 604800 60\n"
        "@ NS ns1\nns1 A 192.0.2.53\nwww A 192.0.2.80\n");
  }

  // The zone by way of pdnsutil. (Not by add-record, whose names are within the
  // zone in PowerDNS 4.7 and whole in 5.1.)
  void Fill() {
    Pdnsutil({"load-zone", kZone, WriteZone()});
    Pdnsutil({"set-meta", kZone, "ALLOW-AXFR-FROM", "127.0.0.0/8"});
  }

  std::string operator/(const std::string& name) const {
    return directory_ / name;
  }
  TempDirectory& directory() { return directory_; }

 private:
  TempDirectory directory_;
};

struct Sqlite {
  static void Prepare(OtherBackend* other) {
    const std::string file = *other / "zones.sqlite";
    const CommandResult made = RunCommand(
        {"sh", "-c",
         "sqlite3 \"$0\" "
         "</usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql",
         file});
    REQUIRE(made.status == 0);
    other->Launch("gsqlite3.conf",
                  "launch+=gsqlite3\ngsqlite3-database=" + file + "\n");
    other->Fill();
  }
  static constexpr bool kHasMetadata = true;
};

struct Lmdb {
  static void Prepare(OtherBackend* other) {
    other->Launch("lmdb.conf", "launch+=lmdb\nlmdb-filename=" +
                                   (*other / "zones.lmdb") + "\n");
    other->Fill();
  }
  static constexpr bool kHasMetadata = true;
};

struct Bind {
  static void Prepare(OtherBackend* other) {
    const std::string zone = other->WriteZone();
    const std::string named = other->directory().Write(
        "named.zones", std::string("zone \"") + kZone +
                           "\" { type native; file \"" + zone + "\"; };\n");
    other->Launch("bind.conf", "launch+=bind\nbind-config=" + named + "\n");
  }
  static constexpr bool kHasMetadata = false;
};

TEMPLATE_TEST_CASE("beside a backend with zones of its own", "", Sqlite, Lmdb,
                   Bind) {
  OtherBackend other;
  std::filesystem::create_directory(other / "only");
  TestType::Prepare(&other);

  RedisServer redis;
  redis.Run(SampleData(/*zone_file=*/false) +
            "HSET ftp.hosting.test:CONFIG TTL 60\n"
            "SADD ftp.hosting.test:GROUPS alpha bravo charlie\n");
  GroupringServer groupring(redis.url());
  other.AddGroupring(groupring.settings());
  PdnsServer pdns(
      "", groupring.settings(),
      {"--include-dir=" + other.directory().path(), "--disable-axfr=no",
       "--allow-axfr-ips=", "--cache-ttl=0", "--query-cache-ttl=0"});
  DnsClient client(pdns.port());
  const auto group_of = [&](const std::string& name,
                            const std::string& subnet) {
    const DnsReply reply = client.Ask({.name = name, .subnet = subnet});
    CHECK(reply.subnet == subnet + "/24");
    const std::vector<std::string> data = reply.Data("A");
    return data.size() == 1 ? GroupOf(data[0]) : reply.status;
  };

  // What the other backend has is answered as before.
  CHECK(client.Ask({.name = "www.hosting.test"}).Data("A") ==
        std::vector<std::string>{"192.0.2.80"});
  CHECK(client.Ask({.name = kZone, .type = "SOA"}).Data("SOA").size() == 1);
  CHECK(client.Ask({.name = "nosuch.hosting.test"}).status == "NXDOMAIN");
  CHECK(client.Ask({.name = "www.hosting.test", .type = "TXT"}).status ==
        "NOERROR");
  if (TestType::kHasMetadata) {
    // ALLOW-AXFR-FROM of its metadata counts.
    CHECK(Dig(pdns.port(), {kZone, "AXFR"}).find("192.0.2.80") !=
          std::string::npos);
  }

  // Dynamic names are, in a zone of groupring's and in one of the other's; a
  // client has the same group at both, as they have the same ring.
  CHECK(client.Ask({.name = "example.org", .type = "SOA"}).Data("SOA").size() ==
        1);
  for (const char* subnet : {"198.51.100.0/24", "203.0.113.0/24"}) {
    const std::string group = group_of("ftp.hosting.test", subnet);
    CHECK(std::string("alpha bravo charlie").find(group) != std::string::npos);
    CHECK(group_of("ftp.hosting.test", subnet) == group);
    CHECK(group_of("files.example.org", subnet) == group);
  }

  // While groupring is away the other backend's names do not miss it.
  groupring.Kill();
  CHECK(client.Ask({.name = "www.hosting.test"}).Data("A") ==
        std::vector<std::string>{"192.0.2.80"});
  CHECK(client.Ask({.name = "ftp.hosting.test"}).status == "SERVFAIL");
}

}  // namespace
}  // namespace groupring::testing
