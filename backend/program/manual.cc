// The manual pages of the commands, from the same descriptions as --help.
#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "backend/program/command_table.h"

namespace groupring::backend {
namespace {

constexpr const char* kProgram = "groupring";

// As Markdown that shows this text. What is between ` and ` stays code.
std::string Escaped(const std::string& text) {
  std::string escaped;
  bool code = false;
  for (const char c : text) {
    if (c == '`') code = !code;
    if (!code && std::string_view("\\*_<>[]#|").find(c) != std::string::npos) {
      escaped += '\\';
    }
    escaped += c;
  }
  return escaped;
}

std::string Bold(const std::string& text) { return "**" + text + "**"; }
std::string Italic(const std::string& text) {
  return "*" + Escaped(text) + "*";
}

std::vector<const CLI::App*> Below(const CLI::App* app) {
  return app->get_subcommands(
      [](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::string PageOf(const std::string& path) {
  std::string page = path;
  for (char& c : page) {
    if (c == ' ') c = '-';
  }
  return page;
}

// "**groupring group disable** [*options*] *group*"
std::string UsageLine(const CLI::App* app, const std::string& path) {
  std::string line = Bold(path);
  std::string operands;
  bool options = false;
  for (const CLI::Option* option : app->get_options()) {
    if (!option->get_positional()) {
      options = options || !option->check_name("--help");
      continue;
    }
    std::string operand = Italic(option->get_name(true));
    if (option->get_items_expected_max() > 1) operand += " ...";
    absl::StrAppend(&operands, option->get_required() ? " " : " \\[", operand,
                    option->get_required() ? "" : "\\]");
  }
  if (options) line += " \\[*options*\\]";
  return line + operands;
}

// The usage of a command, or of each below it.
void AppendUsages(const CLI::App* app, const std::string& path,
                  std::string* text) {
  const std::vector<const CLI::App*> below = Below(app);
  if (below.empty()) {
    absl::StrAppend(text, UsageLine(app, path), "  \n");
  }
  for (const CLI::App* sub : below) {
    AppendUsages(sub, path + " " + sub->get_name(), text);
  }
}

std::string OptionTerm(const CLI::Option* option) {
  if (option->get_positional()) return Italic(option->get_name(true));
  std::string term;
  for (const std::string& name : option->get_snames()) {
    absl::StrAppend(&term, term.empty() ? "" : ", ", Bold("-" + name));
  }
  for (const std::string& name : option->get_lnames()) {
    absl::StrAppend(&term, term.empty() ? "" : ", ", Bold("--" + name));
  }
  if (option->get_items_expected_max() > 0) {
    absl::StrAppend(&term, " ", Italic(option->get_type_name()));
  }
  return term;
}

void AppendItem(const std::string& term, const std::string& description,
                std::string* text) {
  absl::StrAppend(text, term, "\n:   ", Escaped(description), "\n\n");
}

void AppendOptions(const CLI::App* app, std::string* text) {
  for (const bool positional : {true, false}) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_positional() != positional) continue;
      if (option->check_name("--help")) continue;
      std::string description = option->get_description();
      const std::string initial = option->get_default_str();
      if (!initial.empty()) description += " (default: " + initial + ")";
      AppendItem(OptionTerm(option), description, text);
    }
  }
}

// A noun: each verb with its options. Verbs that are nouns themselves, as those
// of `plan`, are the dry runs of commands that have pages of their own.
void AppendVerbs(const CLI::App* app, const std::string& path,
                 std::string* text) {
  const std::vector<const CLI::App*> below = Below(app);
  bool nested = false;
  for (const CLI::App* sub : below) nested = nested || !Below(sub).empty();
  absl::StrAppend(text, "# COMMANDS\n\n");
  for (const CLI::App* sub : below) {
    const std::string name = path + " " + sub->get_name();
    if (nested) {
      AppendItem(Bold(name), sub->get_description(), text);
      continue;
    }
    absl::StrAppend(text, "## ", UsageLine(sub, name), "\n\n",
                    Escaped(sub->get_description()), ".\n\n");
    AppendOptions(sub, text);
  }
  if (nested) {
    absl::StrAppend(
        text, "Operands and options are those of the command without ",
        Bold(app->get_name()), ", on the page of that command.\n\n");
  }
}

std::string RootPage(const CLI::App* root) {
  std::string text = absl::StrCat(
      "# NAME\n\n", kProgram,
      " - keeps each client network on one group of servers, through "
      "PowerDNS\n\n# SYNOPSIS\n\n",
      Bold(kProgram), " *command* \\[*options*\\]\n\n# DESCRIPTION\n\n",
      Escaped(root->get_description()), "\n\n# COMMANDS\n\n");
  for (const CLI::App* sub : Below(root)) {
    AppendItem(
        Bold(PageOf(absl::StrCat(kProgram, " ", sub->get_name()))) + "(1)",
        sub->get_description(), &text);
  }
  absl::StrAppend(&text, "# OPTIONS\n\n");
  AppendItem(Bold("-h") + ", " + Bold("--help"),
             "Says what the program, or the command before it, takes, and ends",
             &text);
  AppendItem(Bold("--version"), "Prints the version and ends", &text);
  return text;
}

}  // namespace

std::vector<std::string> ManualPages(CLI::App* root) {
  std::vector<std::string> pages = {kProgram};
  for (const CLI::App* sub : Below(root)) {
    pages.push_back(PageOf(absl::StrCat(kProgram, " ", sub->get_name())));
  }
  return pages;
}

std::string ManualPage(CLI::App* root, const std::string& page) {
  if (page == kProgram) return RootPage(root);
  for (const CLI::App* sub : Below(root)) {
    const std::string path = absl::StrCat(kProgram, " ", sub->get_name());
    if (PageOf(path) != page) continue;
    std::string text =
        absl::StrCat("# NAME\n\n", page, " - ", Escaped(sub->get_description()),
                     "\n\n# SYNOPSIS\n\n");
    AppendUsages(sub, path, &text);
    text += "\n";
    if (!Below(sub).empty()) {
      AppendVerbs(sub, path, &text);
      return text;
    }
    absl::StrAppend(&text, "# DESCRIPTION\n\n", Escaped(sub->get_description()),
                    ".\n\n# OPTIONS\n\n");
    AppendOptions(sub, &text);
    return text;
  }
  return "";
}

}  // namespace groupring::backend
