#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "backend/program/command_table.h"
#include "backend/report/table.h"
#include "backend/settings/nearest.h"

namespace groupring::backend {
namespace {

std::vector<std::string> VerbsOf(CLI::App* app) {
  std::vector<std::string> verbs;
  for (const CLI::App* sub :
       app->get_subcommands([](CLI::App*) { return true; })) {
    verbs.push_back(sub->get_name());
  }
  return verbs;
}

std::vector<std::string> OptionsOf(CLI::App* app) {
  std::vector<std::string> options;
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      options.push_back("--" + name);
    }
  }
  return options;
}

}  // namespace

std::string ExplainUsage(CLI::App* root, int argc, const char* const* argv,
                         const std::string& parser_says) {
  CLI::App* at = root;
  std::string path = "groupring";
  const auto read_on = [&path] {
    return "\n`" + path + " --help` says more\n";
  };
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const std::vector<std::string> verbs = VerbsOf(at);
    if (word.starts_with('-')) {
      const std::string option = word.substr(0, word.find('='));
      const std::vector<std::string> options = OptionsOf(at);
      if (option.starts_with("--") && option != "--" &&
          std::find(options.begin(), options.end(), option) == options.end()) {
        std::string advice = DidYouMean(option, options);
        if (advice.empty() && !verbs.empty()) {
          advice = "; options follow the command";
        }
        return absl::StrCat(path, " has no option ", Printable(option), advice,
                            read_on());
      }
      continue;
    }
    if (verbs.empty()) continue;
    if (std::find(verbs.begin(), verbs.end(), word) == verbs.end()) {
      return path + " has no command " + Printable(word) +
             DidYouMean(word, verbs) + read_on();
    }
    at = at->get_subcommand(word);
    path += " " + word;
  }
  if (!VerbsOf(at).empty()) {
    std::string text = path + ": expected one of";
    for (const CLI::App* sub : at->get_subcommands(
             [](CLI::App* app) { return !app->get_group().empty(); })) {
      text += " " + sub->get_name();
    }
    return text + read_on();
  }
  return path + ": " + Printable(parser_says) + read_on();
}

}  // namespace groupring::backend
