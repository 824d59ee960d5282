# FTP clients of a lab: curl and lftp, with what they say as data.

# shellcheck shell=bash disable=SC2034,SC2154

# What each session of curl says of itself, in one line.
curl_words='exit=%{exitcode} address=%{remote_ip} from=%{local_ip}'
curl_words+=' code=%{http_code} down=%{size_download} up=%{size_upload}'
curl_words+=' seconds=%{time_total}\n'

# ftp_session CLIENT OPTION...: one session of curl as that client, with a line as
# above, and its dialogue in the log `curl` if it fails. Explicit TLS, verified;
# options of curl that come later win. Always succeeds: exit= says how it ended.
ftp_session() {
  local client=$1 line heard
  shift
  heard=$(mktemp /run/lab/heard.XXXXXX)
  line=$(as "$client" curl --silent --show-error --verbose --ssl-reqd \
    --cacert "$certificates/ca.pem" --user alice:secret --max-time "$patience" \
    --write-out "$curl_words" "$@" 2>"$heard" </dev/null) || true
  if [[ $line != "exit=0 "* ]]; then
    # In one piece, since other sessions write, too; without TLS's own dialogue.
    {
      printf '%(%T)T %s, curl %s: %s\n%s\n' -1 "$client" "$*" "$line" \
        "$(grep -E '^([<>] |curl:|\* (Connected|Closing|Trying))' "$heard" | tail -n 30)"
    } >>"$logs/curl.log"
  fi
  rm -f "$heard"
  echo "$line"
}

# word NAME LINE: the value of NAME in a line of words.
word() {
  local found=" $2 "
  [[ $found == *" $1="* ]] || return 0
  found=${found#*" $1="}
  echo "${found%% *}"
}

# random_file FILE BYTES
random_file() { head -c "$2" /dev/urandom >"$1"; }

# sessions CLIENT NUMBER OPTION...: NUMBER of them, five at a time, each with a look-up of its
# own; their lines.
sessions() {
  local client=$1 left=$2 i pids
  shift 2
  for ((; left > 0; left -= 5)); do
    pids=()
    for ((i = 0; i < left && i < 5; ++i)); do
      ftp_session "$client" "$@" &
      pids+=($!)
    done
    wait "${pids[@]}"
  done
}

# hold NAME CLIENT OPTION... URL: begins to upload a file there and stays in the
# middle of it. `release` has it end. Its line goes to /run/lab/hold-NAME.says.
declare -A _holder _held
hold() {
  local it=$1 client=$2 pipe=/run/lab/hold-$1
  shift 2
  mkfifo "$pipe"
  sleep infinity >"$pipe" &
  _holder[$it]=$!
  ftp_session "$client" --max-time 600 --upload-file "$pipe" "$@" \
    >"$pipe.says" &
  _held[$it]=$!
}
release() {
  kill "${_holder[$1]}"
  wait "${_holder[$1]}" "${_held[$1]}" 2>/dev/null || true
  rm -f "/run/lab/hold-$1"
}

# --- clients without a pause ------------------------------------------------

# A loader uploads a file under a name of its own, downloads it in another session
# and compares, again and again, each session after a look-up of its own:
#   loader NAME CLIENT URL BYTES [OPTION OF CURL...]
# writes lines `TIME upload|download WORDS...` to /var/log/lab/loader-NAME, with
# `same=yes` or `no` for what was downloaded.
loader() {
  local name=$1 client=$2 url=$3 bytes=$4 i line same
  shift 4
  local sent=/run/lab/loader-$name.sent got=/run/lab/loader-$name.got
  for ((i = 0; ; ++i)); do
    [[ ! -e /run/lab/loaders_stop ]] || return 0
    random_file "$sent" "$bytes"
    line=$(ftp_session "$client" "$@" --upload-file "$sent" "$url/$name-$i")
    echo "$EPOCHREALTIME upload $line" >>"$logs/loader-$name"
    if [[ $line != "exit=0 "* ]]; then
      sleep 1  # as a client does before it tries again
      continue
    fi
    [[ ! -e /run/lab/loaders_stop ]] || return 0
    rm -f "$got"
    line=$(ftp_session "$client" "$@" --output "$got" "$url/$name-$i")
    same=no
    ! cmp -s "$sent" "$got" || same=yes
    echo "$EPOCHREALTIME download $line same=$same" >>"$logs/loader-$name"
  done
}

# start_loader NAME CLIENT URL BYTES [OPTION...]
declare -A loader_of=()
start_loader() {
  : >"$logs/loader-$1"
  loader "$@" >>"$logs/loaders.log" 2>&1 &
  loader_of[$1]=$!
}

# Lets every loader finish the session that it is in, and waits for that.
end_loaders() {
  : >/run/lab/loaders_stop
  wait "${loader_of[@]}"
  loader_of=()
  rm /run/lab/loaders_stop
}

# How many sessions of loaders there were, how many failed (to connect, or in the
# middle), and how many files came back different: `sessions=N failed=N torn=N`.
count_loads() {
  cat "$logs"/loader-* | awk '
    { ++sessions }
    !/ exit=0 / { ++failed }
    / exit=0 .* same=no/ { ++torn }
    END { printf "sessions=%d failed=%d torn=%d\n", sessions, failed, torn }'
}
# What is counted begins again.
forget_loads() {
  local name
  for name in "${!loader_of[@]}"; do : >"$logs/loader-$name"; done
}
failed_loads() { grep -Hv ' exit=0 ' "$logs"/loader-* | sed 's,.*/,,' || true; }

# loads_go_on [SESSIONS]: waits until every loader has ended SESSIONS (2) more.
loads_go_on() {
  local more=${1-2} name
  local -A enough
  for name in "${!loader_of[@]}"; do
    enough[$name]=$(($(wc -l <"$logs/loader-$name") + more))
  done
  for name in "${!loader_of[@]}"; do
    until_true _has_lines "$logs/loader-$name" "${enough[$name]}" ||
      give_up "the loader $name goes on" loaders
  done
}
_has_lines() { (($(wc -l <"$1") >= $2)); }
