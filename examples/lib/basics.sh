# Sourced by examples/common.sh and by lab.sh: options, what is printed, what is
# expected, the program. The script that sources it has a function `usage` and may
# have a function `own_option`, which gets the words from its option on and sets
# $consumed to the number that it has used, if not one.

# shellcheck shell=bash
# Functions are handed to others by their names, variables are used by the script that
# sources this.
# shellcheck disable=SC2317,SC2034,SC2154

# --- options ----------------------------------------------------------------

check=no program=
while (($#)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --check) check=yes ;;
    --program)
      program=$(realpath "${2:?--program takes a file}")
      if [[ ! -f $program || ! -x $program ]]; then
        echo "$0: --program $2: there is no such file that can be run" >&2
        exit 2
      fi
      shift
      ;;
    *)
      consumed=1
      if ! declare -F own_option >/dev/null || ! own_option "$@"; then
        echo "$0: there is no option '$1'" >&2
        usage >&2
        exit 2
      fi
      shift "$((consumed - 1))"
      ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/packages.sh
source tests/packages.sh

# --- what is printed --------------------------------------------------------

bold='' plain=''
if [[ -t 1 ]]; then
  bold=$'\e[1m' plain=$'\e[0m'
fi

current_step=
step() {
  current_step=$1
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"
}
say() {
  local line
  for line in "$@"; do echo "${line:+   $line}"; done
}

# command_line COMMAND: as it can be repeated in another terminal, over several
# lines if it is long.
command_line() {
  local word line='   $'
  for word in $1; do
    if ((${#line} + ${#word} > 76)); then
      echo "$bold$line \\$plain"
      line='      '
    fi
    line+=" $word"
  done
  echo "$bold$line$plain"
}

# What failed, each with its step, to be said again at the end; `evidence` is what
# the lab knows about it.
failures=0 results=() failed=() evidence=()
# expect TEXT CONDITION...: with --check, whether the command succeeds.
expect() {
  local text=$1
  shift
  [[ $check == yes ]] || return 0
  if "$@"; then
    results+=("ok: $text")
  else
    results+=("FAILED: $text")
    # At once, too: whoever ends this example for taking too long leaves no
    # time for results.
    say "FAILED: $text"
    fail "$text"
  fi
}
# fail TEXT: counts it.
fail() {
  failures=$((failures + 1))
  failed+=("${current_step:+$current_step: }$1")
  if declare -F explain_failure >/dev/null; then explain_failure; fi
}

# Prints what was expected since the last time.
show_results() {
  ((${#results[@]})) || return 0
  say "" "${results[@]}"
  results=()
}

# --- the program ------------------------------------------------------------

# What is built.
targets=(groupring)

# Installs what is missing, and builds unless --program was given.
prepare_program() {
  local needed=("${run_packages[@]}")
  [[ $program ]] || needed+=("${build_packages[@]}")
  ensure_packages "${needed[@]}"
  if [[ ! $program ]]; then
    program=$PWD/build/groupring
    # A tree that is set up for the tests already stays so.
    local configure=(cmake -S . -B build -G Ninja)
    command_line "${configure[*]}"
    local said
    if ! said=$("${configure[@]}" 2>&1); then
      echo "$said" >&2
      exit 1
    fi
    command_line "ninja -C build ${targets[*]}"
    ninja -C build "${targets[@]}"
  fi
  local version
  version=$("$program" --version)
  say "$version is ready."
}

# --- the end ----------------------------------------------------------------

# Everything that failed, as the last lines: logs of test runs are cut to their end.
show_failures() {
  concluded=yes
  if ((${#evidence[@]})); then printf '%s\n' "${evidence[@]}"; fi
  step "$failures failed"
  say "${failed[@]}"
}

# With --check the end of the example.
conclude() {
  show_results
  [[ $check == yes ]] || return 0
  if ((failures)); then
    show_failures
    exit 1
  fi
  step "Everything is as it should be"
  exit 0
}
