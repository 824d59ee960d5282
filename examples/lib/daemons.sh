# Daemons of a lab: in the foreground, each with a log in /var/log/lab, known by a
# name.

# shellcheck shell=bash disable=SC2034,SC2154

declare -A pid_of
logs=/var/log/lab

# How many seconds a daemon may take to listen, a session to end, or anything else to
# become true. It only has to tell slow from never: the machine may be busy with thirty
# other things.
patience=180

# until_true COMMAND...: false if it does not succeed within $patience seconds.
until_true() {
  local end=$((EPOCHSECONDS + patience)) tries=0
  until "$@" >/dev/null 2>&1; do
    ((EPOCHSECONDS < end)) || return 1
    # Asking is work, too.
    sleep "0.$((tries++ < 20 ? 1 : 4))"
  done
}

# eventually TEXT COMMAND...: waits for it, and expects it.
eventually() {
  local text=$1 so=true
  shift
  if ! until_true "$@"; then
    so=false
    # What follows may never be true either; the lab should say so in time.
    patience=30
  fi
  expect "$text" "$so"
}

show_log() {
  echo "--- $logs/$1.log"
  tail -n "${2-30}" "$logs/$1.log" 2>/dev/null || true
}

# Logs that are kept as evidence when a check fails, as they are then; each lab and
# each step may set it. A step's logs are kept once.
suspects=()
explain_failure() {
  local name
  for name in "${suspects[@]}"; do
    evidence+=("" "$(show_log "$name")")
  done
  suspects=()
}

# listening [NODE/]ADDRESS:PORT: whether somebody does; the address as `ss` writes
# it: 0.0.0.0:21, [2001:db8::11]:21, *:21.
listening() {
  local inside=()
  [[ $1 != */* ]] || inside=(ip netns exec "${1%%/*}")
  "${inside[@]}" ss -Hlntu |
    awk -v it="${1#*/}" '$5 == it { found = 1 } END { exit !found }'
}

# start NAME COMMAND...: in the background.
start() {
  local name=$1
  shift
  "$@" >>"$logs/$name.log" 2>&1 </dev/null &
  pid_of[$name]=$!
}

_up_or_gone() {
  local name=$1 place
  shift
  kill -0 "${pid_of[$name]}" 2>/dev/null || return 0
  for place in "$@"; do listening "$place" || return 1; done
}

# wait_for_ports NAME [NODE/]ADDRESS:PORT...: until the daemon listens on all of them.
# Ends the lab with the daemon's log if it does not.
wait_for_ports() {
  if until_true _up_or_gone "$@" && kill -0 "${pid_of[$1]}" 2>/dev/null; then
    return 0
  fi
  give_up "$1 listens on ${*:2}" "$1"
}

# wait_for TEXT LOG COMMAND...: the lab cannot go on without it.
wait_for() {
  until_true "${@:3}" || give_up "$1" "$2"
}

# launch NAME COMMAND...: shows the command and starts it. wait_for_ports follows, after
# the start of others that take their time, too.
launch() {
  local words="${*:2}"
  command_line "${words//"$PWD/"/}"
  start "$@"
}

# daemon NAME ADDRESS:PORT,... COMMAND...: both.
daemon() {
  local name=$1 places
  IFS=, read -ra places <<<"$2"
  shift 2
  launch "$name" "$@"
  wait_for_ports "$name" "${places[@]}"
}

# end_daemon NAME [SIGNAL]: and waits until it is gone.
end_daemon() {
  kill "-${2-TERM}" "${pid_of[$1]}"
  wait "${pid_of[$1]}" 2>/dev/null || true
  unset "pid_of[$1]"
}

# kill_node NODE: all processes of that node end at once, as when it loses its power,
# except that peers get a RST. The daemon has the node's name.
kill_node() {
  local pids
  disown "${pid_of[$1]}"
  mapfile -t pids < <(ip netns pids "$1")
  kill -KILL "${pids[@]}"
  unset "pid_of[$1]"
}

# Everything that daemons say by syslog(3), in syslog.log. (Where /dev/log is a link
# of systemd, the socket goes where it points.)
start_syslog() {
  start syslog python3 -u "$lab_library/syslog.py" /dev/log
  wait_for "syslog is there" syslog test -S /dev/log
}

# --- certificates -----------------------------------------------------------

certificates=/etc/ssl/ftp

_openssl() {
  local said
  if ! said=$(openssl "$@" 2>&1); then
    echo "openssl $1: $said" >&2
    exit 1
  fi
}

# authority: in ca.pem, made if there is none.
authority() {
  mkdir -p "$certificates"
  [[ ! -e $certificates/ca.pem ]] || return 0
  _openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -days 3650 -subj "/CN=Authority of the lab" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout "$certificates/ca.key" -out "$certificates/ca.pem"
}

# certificate FILE DAYS NAME...: FILE.pem, FILE.key, and both of them in FILE.both,
# for one who answers to these names (and addresses, as IP:203.0.113.11).
certificate() {
  local file=$certificates/$1 days=$2 name names=
  shift 2
  authority
  for name in "$@"; do
    [[ $name == IP:* ]] || name=DNS:$name
    names+=${names:+,}$name
  done
  _openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj "/CN=$1" -addext "subjectAltName=$names" \
    -keyout "$file.key" -out "$file.csr"
  # Clients that are strict (Python of Debian 13) want to see who has signed it.
  printf 'authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n' >"$file.ext"
  _openssl x509 -req -in "$file.csr" -days "$days" -copy_extensions copy \
    -extfile "$file.ext" -CA "$certificates/ca.pem" -CAkey "$certificates/ca.key" \
    -CAcreateserial -out "$file.pem"
  cat "$file.key" "$file.pem" >"$file.both"
  chmod 600 "$file.key" "$file.both"
}
