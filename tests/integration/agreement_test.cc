// It does not matter to a client in which mode a name server runs.
#include <tuple>

#include "tests/integration/deployment.h"
#include "tests/integration/modes.h"
#include "tests/support/catch.h"

namespace groupring::testing {
namespace {

constexpr int kSubnets = 200;

struct Groups {
  Mapping by_subnet4;
  Mapping by_subnet6;
};

template <typename ModeType>
Groups GroupsIn() {
  Deployment deployment(ModeType::Get());
  return {deployment.GroupsOfSubnets4(kSubnets),
          deployment.GroupsOfSubnets6(kSubnets)};
}

template <typename... ModeTypes>
void CheckAgreement(std::tuple<ModeTypes...>) {
  const Groups expected = GroupsIn<RemoteUnix>();
  CHECK(ClientsPerGroup(expected.by_subnet4).size() == 3);
  CHECK(ClientsPerGroup(expected.by_subnet6).size() == 3);
  const auto check = [&](const std::string& file, const Groups& groups) {
    INFO(file);
    CHECK(groups.by_subnet4 == expected.by_subnet4);
    CHECK(groups.by_subnet6 == expected.by_subnet6);
  };
  (check(ModeTypes::Get().file, GroupsIn<ModeTypes>()), ...);
}

TEST_CASE("all modes agree on the group of every subnet") {
  CheckAgreement(std::tuple<EVERY_MODE>());
}

}  // namespace
}  // namespace groupring::testing
