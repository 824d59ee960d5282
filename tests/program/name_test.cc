// `groupring name …`: what it prints, and what it writes.
#include <string>

#include "tests/program/operator.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

TEST_CASE("name: every command prints what it found and did") {
  Operator ana;
  ana.Type("name list");
  ana.Type("name list --names");
  ana.Type("name list --limit 2");
  ana.Type("name list --after Files.example.org.");
  ana.Type("name list --names --after files.example.org --limit 1");
  ana.Type("name list --after Zz.example.org.");
  ana.Type("name show FTP.example.org.");
  ana.Type("name show random.example.org");
  ana.Type("name show example.org");
  ana.Type("name set ftp.example.org TTL=20 answers=2");
  ana.Type("name set ftp.example.org TTL=");
  ana.Type("name set new.example.org TTL=5 --create --reason 'new product'");
  ana.Type("name add-group new.example.org px-1");
  ana.Type("name add-group new.example.org px-2 --weight 300");
  ana.Type("name add-group new.example.org px-2");
  ana.Type("name add-group new.example.org px-9 --create");
  ana.Type("name remove-group new.example.org px-9");
  ana.Type("name show new.example.org");
  ana.Type("name remove new.example.org");
  ana.Type("name remove new.example.org --force --reason 'sold off'");
  ana.Type("name list");
  ana.redis().Run("FLUSHALL\n");
  ana.Type("name list");
  ana.CheckTranscript("name");
}

TEST_CASE("name: every command as JSON") {
  Operator ana;
  ana.Type("name list --json");
  ana.Type("name show ftp.example.org --json");
  ana.Type("name show example.org --json");
  ana.Type("name set ftp.example.org TTL=20 --json");
  ana.Type("name remove-group ftp.example.org px-1 --dry-run --json");
  ana.CheckTranscript("name_json");
}

TEST_CASE("name: wrong input is refused, saying what was expected") {
  Operator ana;
  const auto before = ana.AllKeys();
  ana.Type("name show fpt.example.org");
  ana.Type("name list --limit 0");
  ana.Type("name list --limit 10001");
  ana.Type("name set new.example.org TTL=5");
  ana.Type("name set 'no name' TTL=5 --create");
  ana.Type("name set ftp.example.org");
  ana.Type("name set ftp.example.org TTL");
  ana.Type("name set ftp.example.org TTTL=5");
  ana.Type("name set ftp.example.org TTL=soon");
  ana.Type("name set ftp.example.org TTL=5 ttl=6");
  ana.Type("name set ftp.example.org ANSWER=geoip");
  ana.Type("name set ftp.example.org ANSWERS=33");
  ana.Type("name set ftp.example.org ON_EMPTY=nxdomain");
  ana.Type("name set example.org SOA=ns1");
  ana.Type("name set example.org NS=a..b");
  ana.Type("name set example.org 'RECORDS=[{}'");
  ana.Type("name set example.org SOA=");
  ana.Type("name add-group ftp.example.org px-9");
  ana.Type("name add-group ftp.example.org px-1 --weight 9999");
  ana.Type("name add-group ftp.example.org 'px 9' --create");
  ana.Type("name remove-group ftp.example.org px-9");
  ana.Type("name remove fpt.example.org");
  ana.CheckTranscript("name_wrong");
  CHECK(ana.AllKeys() == before);
}

TEST_CASE("name: the keys are those that redis-cli would write") {
  Operator ana;
  RedisServer& redis = ana.redis();
  REQUIRE(ana.Run("name set New.example.org. TTL=30 ON_EMPTY=servfail --create")
              .status == 0);
  CHECK(redis.Run("HGETALL new.example.org:CONFIG") ==
        "TTL\n30\nON_EMPTY\nservfail\n");
  REQUIRE(ana.Run("name set new.example.org TTL=").status == 0);
  CHECK(redis.Run("HGETALL new.example.org:CONFIG") == "ON_EMPTY\nservfail\n");
  REQUIRE(ana.Run("name add-group new.example.org px-1").status == 0);
  REQUIRE(ana.Run("name add-group new.example.org px-2 --weight 30").status ==
          0);
  CHECK(redis.Run("SMEMBERS new.example.org:GROUPS\n"
                  "HGETALL new.example.org:WEIGHTS\n"
                  "HGET new.example.org:CONFIG ANSWER") ==
        redis.Run("SMEMBERS new.example.org:GROUPS") +
            "px-2\n30\ngroup_consistent_hash\n");
  CHECK(redis.Run("SCARD new.example.org:GROUPS") == "2\n");
  REQUIRE(ana.Run("name remove-group new.example.org px-2").status == 0);
  CHECK(redis.Run("SMEMBERS new.example.org:GROUPS") == "px-1\n");
  CHECK(redis.Run("EXISTS new.example.org:WEIGHTS") == "0\n");
  REQUIRE(ana.Run("name remove new.example.org --force").status == 0);
  CHECK(redis.Run("KEYS new.example.org:*") == "\n");
}

TEST_CASE("name: a group that has addresses already is no new one") {
  Operator ana;
  ana.redis().Run("SADD px-4:A 203.0.113.40\nSADD px-4:AAAA 2001:db8:4::1");
  const CommandResult added = ana.Run("name add-group ftp.example.org px-4");
  INFO(added.output << added.errors);
  CHECK(added.status == 0);
  CHECK(Holds(added.output,
              "moves 25.1% of the client space of "
              "ftp.example.org: "));
  // Out of service, it would get no clients.
  ana.redis().Run("SADD px-5:A 203.0.113.50\nHSET px-5:STATE state disabled");
  const CommandResult out = ana.Run("plan name add-group ftp.example.org px-5");
  INFO(out.output << out.errors);
  CHECK(Holds(out.output, "would move no client of ftp.example.org"));
}

}  // namespace
}  // namespace groupring::testing
