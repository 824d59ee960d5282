#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "backend/program/command_table.h"
#include "redis/schema/enum_names.h"

namespace groupring::backend {
namespace {

// A letter for each operand: a group, a name, a key or something else.
std::string OperandsOf(CLI::App* app) {
  std::string kinds;
  for (const CLI::Option* option : app->get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true);
    const char* kind = "-";
    if (name == "group") kind = "G";
    if (name == "name") kind = "N";
    if (name == "assignments") kind = "K";
    kinds += kind;
  }
  return kinds;
}

// The rows of the script's tables for a command and all below it:
//   _groupring_options["group disable"]="--config …"
void AddRows(CLI::App* app, const std::string& path, std::string* rows) {
  std::string words;
  std::string valued;
  for (CLI::App* sub : app->get_subcommands([](CLI::App*) { return true; })) {
    words += (words.empty() ? "" : " ") + sub->get_name();
    AddRows(sub, (path.empty() ? "" : path + " ") + sub->get_name(), rows);
  }
  std::string options;
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      options += (options.empty() ? "--" : " --") + name;
      if (option->get_items_expected_max() > 0) {
        valued += (valued.empty() ? "--" : " --") + name;
      }
    }
  }
  const std::string key = "[\"" + (path.empty() ? "-" : path) + "\"]";
  *rows += "_groupring_verbs" + key + "=\"" + words + "\"\n";
  *rows += "_groupring_options" + key + "=\"" + options + "\"\n";
  *rows += "_groupring_valued" + key + "=\"" + valued + "\"\n";
  *rows += "_groupring_operands" + key + "=\"" + OperandsOf(app) + "\"\n";
}

constexpr const char* kHead = R"(# bash completion of groupring.
#   source <(groupring completion bash)
declare -A _groupring_verbs _groupring_options _groupring_valued
declare -A _groupring_operands
)";

// The script runs the program itself to list groups and names, with the
// --config of the line.
constexpr const char* kTail = R"(
_groupring() {
  local current=${COMP_WORDS[COMP_CWORD]} path=- operands=0 i word next
  local config=() previous=${COMP_WORDS[COMP_CWORD - 1]}
  for ((i = 1; i < ${#COMP_WORDS[@]} - 1; i++)); do
    [[ ${COMP_WORDS[i]} == --config ]] || continue
    next=${COMP_WORDS[i + 1]}
    [[ $next == = ]] && next=${COMP_WORDS[i + 2]}
    config=(--config "$next")
  done
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = ]]; then # bash splits --option=value and KEY=value
      ((i++))
    elif [[ $word == --* && ${COMP_WORDS[i + 1]} == = ]]; then
      continue
    elif [[ $word == --* ]]; then
      [[ " ${_groupring_valued[$path]} " == *" $word "* ]] && ((i++))
    else
      next=$word
      [[ $path != - ]] && next="$path $word"
      if [[ -n ${_groupring_options[$next]+known} ]]; then
        path=$next
      else
        ((operands++))
      fi
    fi
  done
  COMPREPLY=()
  local words=${_groupring_verbs[$path]} kinds=${_groupring_operands[$path]}
  if ((i > COMP_CWORD)); then # the value of an option
    case $previous in
      --config) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
      --name) words="" kinds=N operands=0 ;;
      --group) words="" kinds=G operands=0 ;;
    esac
    [[ $previous == --name || $previous == --group ]] || return
  fi
  if [[ $current == -* ]]; then
    words=${_groupring_options[$path]}
  elif [[ -z $words ]]; then
    case ${kinds:operands:1} in
      G) words=$("${COMP_WORDS[0]}" group list --names "${config[@]}" 2>/dev/null) ;;
      N) words=$("${COMP_WORDS[0]}" name list --names "${config[@]}" 2>/dev/null) ;;
      K) words=$_groupring_keys ;;
    esac
  fi
  # Not compgen -W, which would run what a name in Redis has between $( and ).
  while read -r word; do
    [[ -n $word && $word == "$current"* ]] || continue
    printf -v word %q "$word"
    COMPREPLY+=("$word")
  done <<<"${words// /$'\n'}"
}
complete -F _groupring groupring
)";

}  // namespace

std::string BashCompletion(CLI::App* root) {
  std::string rows;
  AddRows(root, "", &rows);
  const std::string keys =
      absl::StrReplaceAll(redis::AllNames<redis::ConfigField>(), {{",", "="}});
  return kHead + rows + "_groupring_keys=\"" + keys + "=\"\n" + kTail;
}

}  // namespace groupring::backend
