# Sourced by the run of each example on loopback ports, with its name in $example:
# servers and their end. lib/basics.sh has the rest.

# shellcheck shell=bash
# Functions are handed to others by their names, variables are used by the script that
# sources this.
# shellcheck disable=SC2317,SC2034,SC2154

# shellcheck source=examples/lib/basics.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/basics.sh"

# --- servers, and their end -------------------------------------------------

directory=$(mktemp -d "${TMPDIR:-/tmp}/groupring-$example.XXXXXX")
pids=()

clean_up() {
  trap '' INT TERM
  local i
  # The last one started depends on the ones before.
  for ((i = ${#pids[@]} - 1; i >= 0; --i)); do
    kill "${pids[i]}" 2>/dev/null || true
    wait "${pids[i]}" 2>/dev/null || true
  done
  rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# start NAME COMMAND...: in the background, with its output in a log; its
# process in $started, its words in $started_command.
start() {
  local log=$directory/$1.log
  shift
  started_command=$*
  "$@" >>"$log" 2>&1 </dev/null &
  started=$!
}

# Whether COMMAND... succeeds before ten seconds are over and before $started
# has ended.
wait_for() {
  local attempt
  for ((attempt = 0; attempt < 200; ++attempt)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    kill -0 "$started" 2>/dev/null || return 1
    sleep 0.05
  done
  return 1
}

# Somebody else may take a port between its choice and its use, so that a start
# that fails is tried with another one.
random_port() { echo $((10000 + (RANDOM * 32768 + RANDOM) % 22000)); }

# serve NAME FUNCTION READY: starts a server by FUNCTION with a port in $port
# until the command READY says that it is up.
serve() {
  local attempt
  for ((attempt = 0; attempt < 5; ++attempt)); do
    port=$(random_port)
    "$2"
    if wait_for "$3"; then
      pids+=("$started")
      return 0
    fi
    kill "$started" 2>/dev/null || true
    wait "$started" 2>/dev/null || true
  done
  echo "$1 does not start. Its log:" >&2
  cat "$directory/$1.log" >&2
  exit 1
}

redis_start() {
  start redis redis-server --bind 127.0.0.1 --port "$port" \
    --dir "$directory"
}
redis_ready() { [[ $(redis-cli -p "$port" PING) == PONG ]]; }

# With several name servers $node is the name of the one to start, and its files
# have a directory of their own.
node=
home() { echo "$directory${node:+/$node}"; }

# write_settings [HTTP]
write_settings() {
  mkdir -p "$(home)/state"
  cat >"$(home)/groupring.toml" <<SETTINGS
[redis]
url = "redis://127.0.0.1:$redis_port"

[listen]
remote_unix = "$(home)/remote.sock"
pipe_unix = ""
http = "${1-}"
control = "$(home)/control.sock"

[state]
directory = "$(home)/state"

[node]
name = "$node"
SETTINGS
}

groupring_start() {
  write_settings "127.0.0.1:$port"
  start "groupring${node:+-$node}" "${program#"$PWD/"}" serve \
    --config "$(home)/groupring.toml"
}
# PowerDNS asks for the list of zones when it starts, and so does this.
groupring_ready() (
  exec 3<>"/dev/tcp/127.0.0.1/$port"
  printf 'GET /dns/getAllDomains HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n' \
    'Connection: close' >&3
  grep -q 'example\.org' <&3
)

# pdns_start_with FILE OPTION: the settings are the ones to be copied to
# /etc/powerdns; only the files of groupring are elsewhere.
pdns_start_with() {
  ln -sf "$PWD/pdns-config/$1" "$(home)/pdns.conf"
  start "pdns_server${node:+-$node}" pdns_server --config-dir="$(home)" \
    --socket-dir="$(home)" --local-address=127.0.0.1 --local-port="$port" \
    "$2" --daemon=no --guardian=no --disable-syslog=yes --write-pid=no
}
pdns_start() {
  pdns_start_with remote-unix.conf \
    "--remote-connection-string=unix:path=$(home)/remote.sock,timeout=1000"
}
# groupring inside it; the library stands beside the program.
pdns_start_embedded() {
  write_settings
  cat >"$(home)/groupring.lua" <<LUA
groupring = {
  settings = "$(home)/groupring.toml",
  library = "$(dirname "$program")/libgroupring.so"
}
dofile("$PWD/backend/embedded/groupring.lua")
LUA
  pdns_start_with embedded.conf "--lua2-filename=$(home)/groupring.lua"
}
pdns_ready() {
  dig -r @127.0.0.1 -p "$port" example.org SOA +short +tries=1 +time=1 |
    grep -q '^ns1\.'
}

# The groups' sets as Redis has them: group_of[ADDRESS].
declare -A group_of
read_sets() {
  local group family address
  for group in alpha bravo charlie; do
    for family in A AAAA; do
      while read -r address; do
        group_of[$address]=$group
      done < <(redis-cli -p "$redis_port" SMEMBERS "$group:$family")
    done
  done
}
