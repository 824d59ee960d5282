#include "backend/api/pages.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backend/snapshot/snapshot_builder.h"
#include "tests/backend/dataset_text.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

constexpr int64_t kNow = 1'800'000'000'000;

HttpResponse Get(const std::string& target) {
  DatasetText data;
  data.Set("ftp.example.org", DatasetText::OnGroups({"proxy-1"}));
  data.SetGroup("proxy-1", {"192.0.2.1"}, {});
  redis::DatasetChange change;
  change.everything = true;
  const auto snapshot = SnapshotBuilder([](Severity, const std::string&) {
                        }).Apply(data.dataset(), change, kNow);
  const NodeFacts facts;
  HttpRequest request;
  request.verb = "GET";
  request.target = target;
  return AnswerApi({snapshot.get(), kNow, &facts}, request);
}

TEST_CASE("the API answers the same reports as JSON") {
  for (const std::string target :
       {"/api/v1/status", "/api/v1/groups", "/api/v1/names",
        "/api/v1/explain?name=ftp.example.org&client=198.51.100.0%2F24"}) {
    CAPTURE(target);
    const HttpResponse response = Get(target);
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    CHECK(nlohmann::json::parse(response.body)["version"] == 1);
  }
}

TEST_CASE("the API says what is wrong with a request") {
  CHECK(Get("/api/v1/explain").status == 400);
  CHECK(Get("/api/v1/explain?name=x&client=y").status == 400);
  CHECK(Get("/api/v1/explain?name=x&client=%zz").status == 400);
  CHECK(Get("/api/v1/other").status == 404);
  CHECK(nlohmann::json::parse(Get("/api/v1/explain").body)["error"]
            .get<std::string>()
            .find("expected ?name=") == 0);
}

}  // namespace
}  // namespace groupring::backend
