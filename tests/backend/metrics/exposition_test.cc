#include "backend/metrics/exposition.h"

#include <string>

#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

TEST_CASE("metrics: a family has help, type and its series") {
  Exposition exposition;
  exposition.Begin(MetricKind::kCounter, "groupring_things_total",
                   "Things that happened.");
  exposition.Add(3, {{"kind", "good"}, {"family", "A"}});
  exposition.Add(0, {{"kind", "bad"}, {"family", "A"}});
  exposition.Begin(MetricKind::kGauge, "groupring_level", "How high it is.");
  exposition.Add(0.25);
  CHECK(exposition.Text() ==
        "# HELP groupring_things_total Things that happened.\n"
        "# TYPE groupring_things_total counter\n"
        "groupring_things_total{kind=\"good\",family=\"A\"} 3\n"
        "groupring_things_total{kind=\"bad\",family=\"A\"} 0\n"
        "# HELP groupring_level How high it is.\n"
        "# TYPE groupring_level gauge\n"
        "groupring_level 0.25\n");
}

TEST_CASE("metrics: a histogram has cumulative buckets, a sum and a count") {
  Exposition exposition;
  exposition.Begin(MetricKind::kHistogram, "groupring_wait_seconds", "Waits.");
  exposition.Add({{0.001, 0.25}, {2, 0, 3}, 7.5}, {{"kind", "good"}});
  CHECK(exposition.Text() ==
        "# HELP groupring_wait_seconds Waits.\n"
        "# TYPE groupring_wait_seconds histogram\n"
        "groupring_wait_seconds_count{kind=\"good\"} 5\n"
        "groupring_wait_seconds_sum{kind=\"good\"} 7.5\n"
        "groupring_wait_seconds_bucket{kind=\"good\",le=\"0.001\"} 2\n"
        "groupring_wait_seconds_bucket{kind=\"good\",le=\"0.25\"} 2\n"
        "groupring_wait_seconds_bucket{kind=\"good\",le=\"+Inf\"} 5\n");
}

TEST_CASE("metrics: a family without series is left out") {
  Exposition exposition;
  exposition.Begin(MetricKind::kGauge, "groupring_nothing", "Nothing.");
  CHECK(exposition.Text().empty());
}

TEST_CASE("metrics: counts are exact, however large") {
  Exposition exposition;
  exposition.Begin(MetricKind::kCounter, "groupring_queries_total", "Queries.");
  exposition.Add(9007199254740991);  // 2^53 - 1
  CHECK(exposition.Text().find("groupring_queries_total 9007199254740991\n") !=
        std::string::npos);
}

TEST_CASE("metrics: whatever a group is called, the text stays one") {
  const auto series = [](const std::string& group) {
    Exposition exposition;
    exposition.Begin(MetricKind::kGauge, "groupring_level", "How high.");
    exposition.Add(1, {{"group", group}});
    const std::string text = exposition.Text();
    const size_t begin = text.find("\ngroupring_level{") + 1;
    return text.substr(begin);
  };
  CHECK(series("g1") == "groupring_level{group=\"g1\"} 1\n");
  CHECK(series("gr\xc3\xbcn") == "groupring_level{group=\"gr\xc3\xbcn\"} 1\n");
  CHECK(series("a\"b") == "groupring_level{group=\"a\\\"b\"} 1\n");
  // Escaped twice: as a byte that cannot be shown, and as Prometheus does.
  CHECK(series("a\nb") == "groupring_level{group=\"a\\\\nb\"} 1\n");
  CHECK(series("a\xff") == "groupring_level{group=\"a\\\\xff\"} 1\n");
  CHECK(series("a\\xff") != series("a\xff"));
}

}  // namespace
}  // namespace groupring::backend
