#include "backend/simulate/generator.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace groupring::backend {
namespace {

// Clients of one kind of resolver, in a thousand, and what their resolvers are
// like. README.md explains the numbers.
struct ResolverKind {
  const char* name;
  uint64_t per_mille;
  size_t networks;
  bool sends_subnet;
  size_t clients_each;  // of one resolver; 0: all of the kind
};
constexpr ResolverKind kKinds[] = {
    {"small", 430, 1, false, 200}, {"farm", 200, 4, false, 2000},
    {"large", 100, 16, false, 0},  {"public-ecs", 160, 16, true, 0},
    {"public", 90, 64, false, 0},  {"own", 20, 0, false, 0},
};

constexpr uint64_t kDualStackPerMille = 450;
constexpr double kMeanQuestionsPerHour = 2;

const ResolverKind& Draw(Random* random) {
  uint64_t drawn = random->Below(1000);
  for (const ResolverKind& kind : kKinds) {
    if (drawn < kind.per_mille) return kind;
    drawn -= kind.per_mille;
  }
  return kKinds[0];
}

}  // namespace

GeneratedPopulation GenerateTypical(size_t clients, Random* random) {
  GeneratedPopulation made;
  made.clients =
      "# NAME RESOLVER QUESTIONS-AN-HOUR NETWORK [NETWORK]\n"
      "# Made by `groupring simulate-population`.\n";
  made.resolvers =
      "# NAME ecs|plain NETWORK [NETWORK…]\n"
      "# Made by `groupring simulate-population`.\n";
  made.labels =
      "# NETWORK LABEL: each resolver, and each client with two networks\n";

  // Zipf with exponent 1: the n-th asks 1/n as often as the first.
  double harmonic = 0;
  for (size_t i = 1; i <= clients; ++i)
    harmonic += 1.0 / static_cast<double>(i);
  const double most =
      kMeanQuestionsPerHour * static_cast<double>(clients) / harmonic;
  std::vector<size_t> ranks(clients);
  for (size_t i = 0; i < clients; ++i) ranks[i] = i + 1;
  for (size_t i = clients; i > 1; --i) {
    std::swap(ranks[i - 1], ranks[random->Below(i)]);
  }

  std::map<std::string, size_t> clients_of_kind;
  size_t networks = 0;
  std::map<std::string, bool> known;
  for (size_t i = 0; i < clients; ++i) {
    const ResolverKind& kind = Draw(random);
    const size_t before = clients_of_kind[kind.name]++;
    std::string resolver = "-";
    if (kind.networks > 0) {
      resolver = kind.name;
      if (kind.clients_each > 0) {
        resolver += absl::StrFormat("-%d", before / kind.clients_each + 1);
      }
      if (!known[resolver]) {
        known[resolver] = true;
        absl::StrAppend(&made.resolvers, resolver,
                        kind.sends_subnet ? " ecs" : " plain");
        for (size_t n = 0; n < kind.networks; ++n, ++networks) {
          const std::string network = absl::StrFormat(
              "172.%d.%d.0/24", 16 + networks / 256 % 16, networks % 256);
          absl::StrAppend(&made.resolvers, " ", network);
          absl::StrAppend(&made.labels, network, " ", resolver, "\n");
        }
        made.resolvers += "\n";
      }
    }
    const std::string ipv4 =
        absl::StrFormat("10.%d.%d.0/24", i / 256 % 256, i % 256);
    const std::string name = absl::StrFormat("client-%d", i + 1);
    const double rate = most / static_cast<double>(ranks[i]);
    made.clients +=
        absl::StrFormat("%s %s %.4f %s", name, resolver, rate, ipv4);
    if (random->Below(1000) < kDualStackPerMille) {
      const std::string ipv6 = absl::StrFormat("2001:db8:%x::/48", i);
      absl::StrAppend(&made.clients, " ", ipv6);
      absl::StrAppend(&made.labels, ipv4, " ", name, "\n", ipv6, " ", name,
                      "\n");
    }
    made.clients += "\n";
  }
  return made;
}

}  // namespace groupring::backend
