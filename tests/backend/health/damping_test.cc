#include "backend/health/damping.h"

#include <random>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using redis::Verdict;
using redis::VerdictReason;

constexpr int64_t kStart = 1'700'000'000'000;
constexpr int64_t kInterval = 5000;

// Probes an address every five seconds.
class Probed {
 public:
  Probed() : damping_("192.0.2.1") {}
  explicit Probed(redis::AddressVerdict adopted)
      : damping_(std::move(adopted)) {}

  // Each letter is a probe: u(p), d(own, refused), t (down, timeout), b(usy),
  // s(hutting down). Returns the verdicts after each: U, D, B, S or - for none.
  std::string Sees(const std::string& probes, Doubt doubt = Doubt::kNo) {
    std::string seen;
    for (const char probe : probes) {
      changed_ += damping_.Note({ReasonOf(probe), std::string(1, probe), {}},
                                now_, {2, 3}, doubt)
                      ? "!"
                      : ".";
      now_ += kInterval;
      seen += Letter();
    }
    return seen;
  }

  void Wait(int64_t millis) { now_ += millis; }
  std::string TakeChanged() { return std::exchange(changed_, ""); }
  int64_t now() const { return now_; }
  // When the nth probe from the start began.
  static int64_t At(int64_t n) { return kStart + n * kInterval; }
  const redis::AddressVerdict& verdict() const { return *damping_.verdict(); }
  const AddressDamping& damping() const { return damping_; }

 private:
  static VerdictReason ReasonOf(char probe) {
    switch (probe) {
      case 'u':
        return VerdictReason::kOk;
      case 'd':
        return VerdictReason::kRefused;
      case 't':
        return VerdictReason::kConnectTimeout;
      case 'b':
        return VerdictReason::kBusy;
      default:
        return VerdictReason::kShuttingDown;
    }
  }
  char Letter() const {
    if (!damping_.verdict()) return '-';
    switch (damping_.verdict()->verdict) {
      case Verdict::kUp:
        return 'U';
      case Verdict::kBusy:
        return 'B';
      case Verdict::kDraining:
        return 'S';
      default:
        return 'D';
    }
  }

  AddressDamping damping_;
  int64_t now_ = kStart;
  std::string changed_;
};

TEST_CASE("damping: verdicts after each probe, with RISE 2 and FALL 3") {
  const auto [probes, verdicts] = GENERATE(table<std::string, std::string>({
      {"u", "U"},
      {"uuu", "UUU"},
      {"ddd", "--D"},
      {"ddu", "--U"},
      {"dudd", "-UUU"},
      {"b", "B"},
      {"s", "S"},
      {"uddd", "UUUD"},
      {"uddudd", "UUUUUU"},
      {"udtd", "UUUD"},
      {"udduddd", "UUUUUUD"},
      {"ddduu", "--DDU"},
      {"dddududuu", "--DDDDDDU"},
      // What refuses one more lives; it rises as that.
      {"dddbb", "--DDB"},
      {"dddub", "--DDB"},
      {"dddbu", "--DDU"},
      {"ub", "UB"},
      {"ubu", "UBB"},
      {"ubuu", "UBBU"},
      {"ubububuu", "UBBBBBBU"},
      {"us", "US"},
      {"usddd", "USSSD"},
      {"ubs", "UBS"},
      {"uddbdd", "UUUBBB"},
  }));
  INFO(probes);
  Probed probed;
  CHECK(probed.Sees(probes) == verdicts);
}

TEST_CASE("damping: a verdict counts since the first probe that said so") {
  Probed probed;
  probed.Sees("u");
  CHECK(probed.verdict().since_unix_millis == Probed::At(0));
  probed.Sees("duddd");
  CHECK(probed.verdict().since_unix_millis == Probed::At(3));
  CHECK_FALSE(probed.verdict().was_down);
  probed.Sees("tt");
  CHECK(probed.verdict().since_unix_millis == Probed::At(3));
  probed.Sees("uduu");
  CHECK(probed.verdict().verdict == Verdict::kUp);
  CHECK(probed.verdict().since_unix_millis == Probed::At(10));
  CHECK(probed.verdict().was_down);
  probed.Sees("b");
  CHECK(probed.verdict().since_unix_millis == Probed::At(12));
  CHECK_FALSE(probed.verdict().was_down);
}

TEST_CASE("damping: what is to be published") {
  Probed probed;
  probed.Sees("uuuddddtdduuu");
  CHECK(probed.TakeChanged() == "!....!.!!..!.");
}

TEST_CASE("damping: the reason and the text are those of the verdict") {
  Probed probed;
  probed.Sees("ud");
  CHECK(probed.verdict().reason == VerdictReason::kOk);
  CHECK(probed.verdict().text == "u");
  probed.Sees("dd");
  CHECK(probed.verdict().reason == VerdictReason::kRefused);
  CHECK(probed.verdict().text == "d");
  probed.Sees("t");
  CHECK(probed.verdict().reason == VerdictReason::kConnectTimeout);
  CHECK(probed.verdict().text == "t");
  probed.Sees("u");
  CHECK(probed.verdict().reason == VerdictReason::kConnectTimeout);
}

TEST_CASE("damping: a text alone is not published") {
  AddressDamping damping("192.0.2.1");
  CHECK(damping.Note({VerdictReason::kBusy, "8 users", {}}, kStart, {}));
  CHECK_FALSE(damping.Note({VerdictReason::kBusy, "9 users", {}}, kStart, {}));
  CHECK(damping.verdict()->text == "8 users");
}

TEST_CASE("damping: days of the certificate are published, and kept") {
  AddressDamping damping("192.0.2.1");
  damping.Note({VerdictReason::kOk, "", 31}, kStart, {});
  CHECK(damping.verdict()->certificate_days == 31);
  CHECK(damping.Note({VerdictReason::kOk, "", 30}, kStart, {}));
  CHECK(damping.verdict()->certificate_days == 30);
  CHECK_FALSE(damping.Note({VerdictReason::kRefused, "", {}}, kStart, {}));
  CHECK(damping.verdict()->certificate_days == 30);
}

TEST_CASE("damping: each change after one outage doubles RISE, up to 8 times") {
  Probed probed;
  const auto probes_to_rise = [&] {
    REQUIRE(probed.Sees("ddd").back() == 'D');
    int count = 1;
    while (probed.Sees("u") != "U") ++count;
    return count;
  };
  probed.Sees("u");
  CHECK(probes_to_rise() == 2);
  CHECK_FALSE(probed.verdict().flapping);
  CHECK(probes_to_rise() == 4);
  CHECK(probed.verdict().flapping);
  CHECK(probes_to_rise() == 16);
  CHECK(probes_to_rise() == 16);
}

TEST_CASE("damping: flapping ends ten minutes after, which is published") {
  Probed probed;
  probed.Sees(
      "udddu"
      "udddu"
      "uuu");
  REQUIRE(probed.verdict().flapping);
  REQUIRE(probed.verdict().verdict == Verdict::kUp);
  probed.TakeChanged();
  probed.Wait(AddressDamping::kFlappingMillis);
  probed.Sees("u");
  CHECK_FALSE(probed.verdict().flapping);
  CHECK(probed.TakeChanged() == "!");
  CHECK(probed.Sees("ddduu") == "UUDDU");
  CHECK_FALSE(probed.verdict().flapping);
}

TEST_CASE("damping: outages more than ten minutes apart are ordinary ones") {
  Probed probed;
  probed.Sees("u");
  for (int i = 0; i < 5; ++i) {
    CHECK(probed.Sees("ddduu") == "UUDDU");
    CHECK_FALSE(probed.verdict().flapping);
    probed.Wait(AddressDamping::kFlappingMillis);
  }
}

TEST_CASE("damping: a verdict that is adopted stays as it was") {
  const auto [history, next] = GENERATE(table<std::string, std::string>({
      {"u", "uuddu"},
      {"uddd", "ddudu"},
      {"dddt", "ttt"},
      {"udddu", "ddd"},
      {"ddduu", "uuddu"},
      {"ub", "bbub"},
      {"dddbb", "bubdd"},
      {"uddduudddd", "uuud"},
  }));
  INFO(history);
  Probed before;
  before.Sees(history);
  Probed after(before.verdict());
  after.Sees(next);
  CHECK(after.verdict() == before.verdict());
  CHECK(after.TakeChanged() == std::string(next.size(), '.'));
}

TEST_CASE("damping: an adopted verdict that flaps needs more probes to rise") {
  Probed probed;
  probed.Sees(
      "u"
      "ddduu"
      "ddd");
  REQUIRE(probed.verdict().flapping);
  Probed after(probed.verdict());
  CHECK(after.Sees("uuuu") == "DDDU");
}

TEST_CASE("damping: what falls and rises while in doubt is no return") {
  Probed probed;
  probed.Sees("u");
  CHECK(probed.Sees("ddd", Doubt::kYes) == "UUD");
  CHECK(probed.Sees("uu") == "DU");
  CHECK_FALSE(probed.verdict().was_down);
  // Nor does it count as an outage.
  CHECK(probed.Sees("ddduu") == "UUDDU");
  CHECK_FALSE(probed.verdict().flapping);
  CHECK(probed.verdict().was_down);
}

TEST_CASE("damping: what fails shows before it is down") {
  Probed probed;
  probed.Sees("u");
  CHECK_FALSE(probed.damping().failing_since(3));
  probed.Sees("d");
  CHECK_FALSE(probed.damping().failing_since(3));
  CHECK(probed.damping().failing_since(1) == Probed::At(1));
  probed.Sees("d");
  CHECK(probed.damping().failing_since(3) == Probed::At(1));
  probed.Sees("ddu");
  CHECK(probed.damping().failing_since(3) == Probed::At(1));
  probed.Sees("u");
  CHECK_FALSE(probed.damping().failing_since(3));
}

TEST_CASE("damping: any sequence: down only after FALL, up only after RISE") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Probed probed;
    std::string probes;
    std::string seen;
    for (int i = 0; i < 200; ++i) {
      const std::string kinds =
          random() % 3 == 0 ? "ubsdt"
                            : std::string(1, seen.ends_with("D") ? 'u' : 'd');
      probes += kinds[random() % kinds.size()];
      const char before = seen.empty() ? '-' : seen.back();
      seen += probed.Sees(probes.substr(probes.size() - 1));
      const char now = seen.back();
      if (now == before) continue;
      INFO(probes << '\n' << seen);
      const auto last = [&](size_t n, const std::string& of) {
        return probes.size() >= n &&
               probes.find_first_not_of(of, probes.size() - n) ==
                   std::string::npos;
      };
      if (now == 'D') REQUIRE(last(3, "dt"));
      if (before == 'D') REQUIRE(last(2, "ubs"));
      if (now == 'U' && before != '-')
        REQUIRE(last(before == 'D' ? 1 : 2, "u"));
      if (now == 'B') REQUIRE(last(1, "b"));
      REQUIRE(probed.verdict().since_unix_millis <= probed.now() - kInterval);
      REQUIRE(probed.verdict().was_down == (before == 'D'));
    }
  }
}

}  // namespace
}  // namespace groupring::backend
