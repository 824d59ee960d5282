#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <string>

#include "absl/strings/str_format.h"
#include "backend/program/command_tree.h"
#include "redis/admin/admin.h"

namespace groupring::backend {
namespace {

struct AuditOperands {
  size_t count = 20;
  bool follow = false;
};

struct ExplainOperands {
  std::string name;
  std::string client;
  std::string resolver;
};

void AddExplain(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* explain = root->add_subcommand(
      "explain", "Why a client gets the answer it gets, step by step");
  const auto options = AddReadOptions(explain);
  const auto operands = std::make_shared<ExplainOperands>();
  explain->add_option("name", operands->name, "The name")
      ->required()
      ->type_name("");
  explain
      ->add_option("client", operands->client,
                   "The client's address or subnet; /0 asks as one that "
                   "hides it")
      ->required()
      ->type_name("");
  explain
      ->add_option("--resolver", operands->resolver,
                   "The resolver that asks on its behalf")
      ->type_name("IP");
  explain->callback([=] {
    chosen->run = [=] {
      return ExplainClient(*options, operands->name, operands->client,
                           operands->resolver);
    };
  });
}

// CLI::Range has other words in each version.
CLI::Validator UpTo(size_t most) {
  return CLI::Validator(
      [most](const std::string& text) {
        size_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc() && rest == end && number <= most) {
          return std::string();
        }
        return absl::StrFormat("%s is no number from 0 to %d", text, most);
      },
      "");
}

void AddAudit(CLI::App* root, ChosenCommand* chosen) {
  CLI::App* audit =
      root->add_subcommand("audit", "Who changed what, when and why");
  const auto options = AddReadOptions(audit);
  const auto operands = std::make_shared<AuditOperands>();
  audit->add_option("--count", operands->count, "How many entries")
      ->check(UpTo(redis::kMaxAuditEntries))
      ->capture_default_str()
      ->type_name("N");
  audit->add_flag("--follow", operands->follow, "Go on with new ones");
  audit->callback([=] {
    chosen->run = [=] {
      return ShowAudit(*options, operands->count, operands->follow);
    };
  });
}

}  // namespace

void AddServiceReports(CLI::App* root, ChosenCommand* chosen) {
  AddExplain(root, chosen);

  CLI::App* status = root->add_subcommand(
      "status", "Who is out, what is wrong, and how everything stands");
  const auto status_options = AddReadOptions(status);
  status->callback(
      [=] { chosen->run = [=] { return ShowStatus(*status_options); }; });

  CLI::App* watch =
      root->add_subcommand("watch", "The status, anew whenever it changes");
  const auto watch_options = AddReadOptions(watch);
  const auto interval = std::make_shared<std::string>("2s");
  watch
      ->add_option("--interval", *interval,
                   "How soon changes made with redis-cli show")
      ->capture_default_str()
      ->type_name("DURATION");
  watch->callback(
      [=] { chosen->run = [=] { return Watch(*watch_options, *interval); }; });

  AddAudit(root, chosen);

  CLI::App* nodes = root->add_subcommand(
      "nodes", "The nodes, and which changes they answer by");
  const auto nodes_options = AddReadOptions(nodes);
  const auto forgotten = std::make_shared<std::string>();
  nodes
      ->add_option("--forget", *forgotten,
                   "Take a node that is down for certain out of the list")
      ->type_name("NODE");
  nodes->callback([=] {
    chosen->run = [=] {
      return forgotten->empty() ? ShowNodes(*nodes_options)
                                : ForgetNode(*nodes_options, *forgotten);
    };
  });
}

}  // namespace groupring::backend
