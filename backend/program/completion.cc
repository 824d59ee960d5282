// What fits at the end of a command line, and the scripts that have a shell ask
// for it: `groupring completion words -- WORD…`.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "backend/program/command_table.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

bool TakesValue(const CLI::Option* option) {
  return option->get_items_expected_max() > 0;
}

// Where the words of a line lead to.
struct Place {
  CLI::App* command = nullptr;
  size_t operands = 0;                    // that were given already
  const CLI::Option* awaiting = nullptr;  // the option whose value comes next
  std::string config;
};

CLI::App* CommandBelow(CLI::App* app, const std::string& word) {
  for (CLI::App* sub : app->get_subcommands([](CLI::App*) { return true; })) {
    if (sub->get_name() == word) return sub;
  }
  return nullptr;
}

// `words` without the last, which is still being written.
Place Follow(CLI::App* root, const std::vector<std::string>& words) {
  Place place;
  place.command = root;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (place.awaiting != nullptr) {
      if (place.awaiting->check_name("--config")) place.config = word;
      place.awaiting = nullptr;
    } else if (word.starts_with("-")) {
      const size_t end = word.find('=');
      if (word.starts_with("--config=")) place.config = word.substr(end + 1);
      if (end != word.npos) continue;
      const CLI::Option* const option =
          place.command->get_option_no_throw(word);
      if (option != nullptr && TakesValue(option)) place.awaiting = option;
    } else if (CLI::App* const next = CommandBelow(place.command, word)) {
      place.command = next;
    } else {
      ++place.operands;
    }
  }
  return place;
}

// The operand that comes next; null: there is none.
const CLI::Option* NextOperand(const Place& place) {
  size_t passed = 0;
  for (const CLI::Option* option : place.command->get_options()) {
    if (!option->get_positional()) continue;
    if (passed == place.operands || option->get_items_expected_max() > 1) {
      return option;
    }
    ++passed;
  }
  return nullptr;
}

// What fits beside a word in a menu.
std::string Summary(const std::string& description) {
  return description.substr(0, description.find_first_of(";\n"));
}

void ListValues(const CLI::Option& option, Completion* completion) {
  using Values = Completion::Values;
  const std::string& name = option.get_single_name();
  if (name == "group") completion->values = Values::kGroups;
  if (name == "name") completion->values = Values::kNames;
  if (name == "file" || option.get_type_name() == "FILE") {
    completion->values = Values::kFiles;
  }
  if (name == "assignments") {
    for (const auto& key :
         absl::StrSplit(redis::AllNames<redis::ConfigField>(), ", ")) {
      completion->words.push_back(std::string(key) + "=");
    }
  }
}

constexpr const char* kBash = R"(# bash completion of groupring.
#   source <(groupring completion bash)
_groupring() {
  local line=() word i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # bash splits --option=value and KEY=value.
    if ((i > 1)) && [[ $word == = || ${COMP_WORDS[i - 1]} == = ]]; then
      line[-1]+=$word
    else
      line+=("$word")
    fi
  done
  COMPREPLY=()
  # Not compgen -W, which would run what a name in Redis has between $( and ).
  while IFS=$'\t' read -r word _; do
    if [[ $word == :files ]]; then
      mapfile -t COMPREPLY < <(compgen -f -- "${line[-1]}")
    elif [[ -n $word && $word == "${line[-1]}"* ]]; then
      printf -v word %q "$word"
      COMPREPLY+=("$word")
    fi
  done < <("${COMP_WORDS[0]}" completion words -- "${line[@]}" 2>/dev/null)
}
complete -F _groupring groupring
)";

constexpr const char* kZsh = R"(#compdef groupring
# zsh completion of groupring.
#   source <(groupring completion zsh)
_groupring() {
  local line word
  local -a described plain keys
  for line in "${(@f)$("${(Q)words[1]}" completion words -- \
      "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    word=${line%%$'\t'*}
    if [[ $word == :files ]]; then
      _files
      return
    elif [[ $word == *= ]]; then
      keys+=("$word")
    elif [[ $line == *$'\t'* ]]; then
      described+=("${word//:/\\:}:${line#*$'\t'}")
    elif [[ -n $word ]]; then
      plain+=("$word")
    fi
  done
  (($#described)) && _describe groupring described
  (($#plain)) && compadd -a plain
  (($#keys)) && compadd -S '' -a keys
}
# As a file of fpath it is run to complete, otherwise it is only read.
if [[ ${funcstack[1]} == _groupring ]]; then
  _groupring "$@"
else
  compdef _groupring groupring
fi
)";

constexpr const char* kFish = R"(# fish completion of groupring.
#   groupring completion fish | source
function __groupring_words
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l words ($before[1] completion words -- $before[2..-1] "$current" 2>/dev/null)
    if test "$words[1]" = :files
        __fish_complete_path "$current"
    else
        printf '%s\n' $words
    end
end
complete -c groupring -f -a '(__groupring_words)'
)";

}  // namespace

Completion CompleteLine(CLI::App* root, const std::vector<std::string>& words) {
  Completion completion;
  const Place place = Follow(root, words);
  completion.config = place.config;
  if (place.awaiting != nullptr) {
    ListValues(*place.awaiting, &completion);
    return completion;
  }
  if (!words.empty() && words.back().starts_with("-")) {
    for (const CLI::Option* option : place.command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        completion.words.push_back("--" + name + "\t" +
                                   Summary(option->get_description()));
      }
    }
    return completion;
  }
  const auto subcommands = place.command->get_subcommands(
      [](CLI::App* app) { return !app->get_group().empty(); });
  for (const CLI::App* sub : subcommands) {
    completion.words.push_back(sub->get_name() + "\t" +
                               Summary(sub->get_description()));
  }
  const CLI::Option* const operand = NextOperand(place);
  if (operand != nullptr) ListValues(*operand, &completion);
  return completion;
}

const char* CompletionScript(Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return kBash;
    case Shell::kZsh:
      return kZsh;
    case Shell::kFish:
      return kFish;
  }
  return "";
}

}  // namespace groupring::backend
