#include "backend/change/balance_changes.h"

#include <string>
#include <vector>

#include "backend/change/balance.h"
#include "backend/clients/asker_text.h"
#include "backend/clients/question_shares.h"
#include "hashing/label_key.h"
#include "hashing/ring.h"
#include "tests/backend/change/changes.h"
#include "tests/support/catch.h"

namespace groupring::backend {
namespace {

using Lines = std::vector<std::string>;

// Questions of many slots, more of those of the first quarter.
redis::TrafficProfile Traffic() {
  redis::TrafficProfile traffic;
  for (uint32_t slot = 0; slot < 10'000; ++slot) {
    const double questions = slot < 30 ? 30 : 1;
    traffic.slots.push_back({slot, {questions, questions}});
  }
  return traffic;
}

BalanceRequest Asked(const std::string& wanted = "") {
  return {"ftp.example.org", wanted, "day", ""};
}

TEST_CASE("a balance writes weights, says the shares and how to undo it") {
  const Change change = Made(
      BalanceName(ThreeGroups().dataset(), Traffic(), Asked("g1=2,g2=1,g3=1")));
  CHECK_FALSE(change.writes.empty());
  for (const std::string& line : Typed(change)) {
    CHECK(line.find("HSET ftp.example.org:WEIGHTS g") == 0);
  }
  // Under these weights the ring gives what was wanted.
  std::vector<hashing::RingGroup> members;
  for (const redis::WeightedGroup& group :
       std::get<RingWeights>(change.after).groups) {
    members.push_back({group.name, group.weight});
  }
  std::string error;
  const auto ring = hashing::Ring::Create(std::move(members), &error);
  const QuestionShares shares = QuestionSharesOf(
      {ring, std::vector<uint64_t>(ring->size(), hashing::kWholeShare)},
      QuestionsOfSlots(Traffic(), QuestionSpan::kDay));
  CHECK(shares.at("g1") == Approx(0.5).epsilon(0.021));
  CHECK(shares.at("g2") == Approx(0.25).epsilon(0.021));
  CHECK(Before(change) == "weights g1 100, g2 100, g3 100");
  CHECK(TargetWords(change) == "ftp.example.org");
  const Lines remarks = Remarks(change);
  CHECK(remarks.front().find(
            "shares of the questions: g1 wanted 50.0%, has ") == 0);
  CHECK(remarks[remarks.size() - 2].find(
            "to write exactly these weights: groupring balance ftp.example.org "
            "--weights g1=") == 0);
  CHECK(remarks.back() ==
        "to undo: groupring balance ftp.example.org --weights "
        "g1=100,g2=100,g3=100 --apply");
}

TEST_CASE("weights that are given are written, which undoes a balance") {
  BalanceRequest request = Asked();
  request.weights = "g1=100, g3=70";
  const Change change = Made(BalanceName(ThreeGroups().dataset(), {}, request));
  CHECK(Typed(change) == Lines{"HSET ftp.example.org:WEIGHTS g3 70"});
  CHECK(Remarks(change).back().find("g1=100,g2=100,g3=100") !=
        std::string::npos);
  request.weights = "g1=100";
  const Change nothing =
      Made(BalanceName(ThreeGroups().dataset(), {}, request));
  CHECK(nothing.writes.empty());
  CHECK(Remarks(nothing) == Lines{"the weights are as they should be"});
}

TEST_CASE("without counted questions there is nothing to balance by") {
  CHECK(ErrorOf(BalanceName(ThreeGroups().dataset(), {}, Asked()),
                absl::StatusCode::kFailedPrecondition)
            .find("no questions have been counted yet") == 0);
}

TEST_CASE("unequal weights need a word on what they mean") {
  auto data = ThreeGroups();
  redis::Dataset dataset = data.dataset();
  dataset = Written(
      Made(BalanceName(dataset, {}, {"ftp.example.org", "", "day", "g1=50"})));
  const std::string why = ErrorOf(BalanceName(dataset, Traffic(), Asked()),
                                  absl::StatusCode::kInvalidArgument);
  CHECK(why.find("(g1=50,g2=100,g3=100)") != std::string::npos);
  CHECK(why.find("--wanted equal, --wanted weights") != std::string::npos);
  Made(BalanceName(dataset, Traffic(), Asked("weights")));
  Made(BalanceName(dataset, Traffic(), Asked("equal")));
}

TEST_CASE("what makes no sense is refused, saying what would") {
  const auto why = [](const BalanceRequest& request) {
    const auto change =
        BalanceName(ThreeGroups().dataset(), Traffic(), request);
    REQUIRE_FALSE(change.ok());
    return std::string(change.status().message());
  };
  CHECK(why(Asked("g1=2")).find("nothing is said of g2") != std::string::npos);
  CHECK(why(Asked("g1=0,g2=1,g3=1")).find("whole numbers from 1 to 1000") !=
        std::string::npos);
  CHECK(why(Asked("g9=1")).find("has no group g9") != std::string::npos);
  CHECK(why(Asked("half")).find("\"half\" is not understood") !=
        std::string::npos);
  CHECK(why(Asked("g1=1,g2=1,g3=1,g1=2")).find("g1 is named twice") !=
        std::string::npos);
  CHECK(why({"ftp.example.org", "", "day", ","}).find("names no group") !=
        std::string::npos);
  CHECK(why({"ftp.example.org", "equal", "day", "g1=1"})
            .find("expected one of them") != std::string::npos);
  CHECK(why({"ftp.example.org", "", "week", ""}).find("expected day or hour") !=
        std::string::npos);
  CHECK(why({"ftp.example.org", "", "day", "g1=1001"})
            .find("whole numbers from 0 to 1000") != std::string::npos);
}

TEST_CASE("a group of weight 0 can have no wanted share") {
  redis::Dataset dataset = ThreeGroups().dataset();
  dataset = Written(
      Made(BalanceName(dataset, {}, {"ftp.example.org", "", "day", "g3=0"})));
  CHECK(ErrorOf(BalanceName(dataset, Traffic(), Asked("g1=1,g2=1,g3=5")),
                absl::StatusCode::kInvalidArgument)
            .find("g3 has weight 0 on ftp.example.org") != std::string::npos);
  Made(BalanceName(dataset, Traffic(), Asked("g1=1,g2=1")));
}

TEST_CASE("a name with too many groups is refused") {
  DatasetText data;
  std::vector<std::string> names;
  for (size_t g = 0; g <= kMostBalanced; ++g) {
    names.push_back("g" + std::to_string(g));
  }
  data.Set("ftp.example.org", DatasetText::OnGroups(names));
  CHECK(ErrorOf(BalanceName(data.dataset(), Traffic(), Asked()),
                absl::StatusCode::kFailedPrecondition)
            .find("for at most 128") != std::string::npos);
}

TEST_CASE("a client that is too heavy is named, subnet or label") {
  CHECK(AskerText(uint64_t{4} << 56 | 0xc00002, nullptr) == "192.0.2.0/24");
  redis::Dataset dataset;
  redis::AffinityList entries(1);
  entries[0].label = {"customer-17", 4};
  dataset.affinity =
      std::make_shared<const redis::AffinityEntries>(std::move(entries));
  const uint64_t key =
      hashing::LabelKey(hashing::LabelHash("customer-17"), 3).value;
  CHECK(AskerText(key, dataset.affinity.get()) == "label customer-17");
  CHECK(AskerText(key + 1, dataset.affinity.get()) == "a label");

  const auto lump_of = [&](const hashing::SubnetKey& heavy) {
    redis::TrafficProfile traffic = Traffic();
    traffic.slots.push_back({hashing::SlotOf(heavy), {90'000, 90'000}});
    traffic.keys = {{hashing::SlotOf(heavy), heavy.value}};
    redis::Dataset with_label = ThreeGroups().dataset();
    with_label.affinity = dataset.affinity;
    for (const std::string& remark :
         Remarks(Made(BalanceName(with_label, traffic, Asked())))) {
      if (remark.find(" alone asks 8") != std::string::npos) return remark;
    }
    return std::string();
  };
  const std::string subnet = lump_of({uint64_t{4} << 56 | 0xc00002});
  CHECK(subnet.find("192.0.2.0/24 alone asks 8") == 0);
  CHECK(subnet.find("so it cannot be") != std::string::npos);
  const std::string label = lump_of({key});
  CHECK(label.find("label customer-17 alone asks 8") == 0);
  CHECK(label.find("spread the label over several keys") != std::string::npos);
}

}  // namespace
}  // namespace groupring::backend
