# Redis, groupring and PowerDNS of a lab, and what an operator says to them. Two
# name servers at most: ns1 at 203.0.113.53 and ns2 at 203.0.113.54, and Redis at
# 10.0.0.5; with settings of examples/lib/settings, unless the lab has its own.

# shellcheck shell=bash disable=SC2034,SC2154

name=ftp.example.org

_settings_file() {
  if [[ -e $settings/$1 ]]; then
    echo "$settings/$1"
  else
    echo "$shared_settings/$1"
  fi
}

# start_redis FILE...: with the data of these files of commands for redis-cli.
start_redis() {
  local file
  addresses 10.0.0.5
  mkdir -p /var/lib/redis
  daemon redis 10.0.0.5:6379 redis-server "$(_settings_file redis.conf)"
  for file in "$@"; do
    command_line "redis-cli -h 10.0.0.5 < ${file#"$PWD/"}"
    redis <"$file" >>"$logs/redis-cli.log"
  done
  ! grep -q '^ERR' "$logs/redis-cli.log" || exit 1
}
redis() { redis-cli -h 10.0.0.5 "$@"; }

_answers_soa() {
  dig -r "@$1" example.org SOA +short +tries=1 +time=5 | grep -q '^ns1\.'
}

# start_name_server NODE: ns1 or ns2, with the settings groupring-NODE.toml.
start_name_server() {
  local node=$1 address=203.0.113.53 address6=2001:db8::53
  [[ $node == ns1 ]] || address=203.0.113.54 address6=2001:db8::54
  addresses "$address" "$address6"
  mkdir -p "/etc/groupring" "/etc/powerdns" "/run/groupring/$node" \
    "/var/lib/groupring/$node" "/run/pdns-$node"
  cp "$(_settings_file "groupring-$node.toml")" "/etc/groupring/$node.toml"
  # Commands in this namespace read the settings of ns1.
  ln -sf ns1.toml /etc/groupring/groupring.toml
  start_groupring "$node"
  # The settings are the ones to be copied to /etc/powerdns. A lab shares its machine,
  # so groupring and the queue in front of it have 5 s and not 1 s.
  cp pdns-config/remote-unix.conf "/etc/powerdns/pdns-$node.conf"
  daemon "pdns-$node" "$address:53,[$address6]:53" pdns_server \
    --config-name="$node" --socket-dir="/run/pdns-$node" \
    --local-address="$address,$address6" \
    --remote-connection-string="unix:path=/run/groupring/$node/remote.sock,timeout=5000" \
    --queue-limit=5000 --daemon=no --guardian=no --disable-syslog=yes --write-pid=no
  suspects=("groupring-$node" "${suspects[@]}")
  wait_for "$node answers" "pdns-$node" _answers_soa "$address"
  grep -qsx "nameserver $address" /etc/resolv.conf ||
    echo "nameserver $address" >>/etc/resolv.conf
}

start_groupring() {
  command_line "groupring serve --config /etc/groupring/$1.toml"
  start "groupring-$1" groupring serve --config "/etc/groupring/$1.toml"
  wait_for "groupring of $1 listens" "groupring-$1" \
    test -S "/run/groupring/$1/remote.sock"
}

# start_checker ID: checker-1 or checker-2, with the settings ID.toml. It probes
# from 10.0.0.21 and 2001:db8::c:21, or .22 and :22.
start_checker() {
  addresses "10.0.0.2${1#checker-}" "2001:db8::c:2${1#checker-}"
  mkdir -p /etc/groupring
  cp "$(_settings_file "$1.toml")" "/etc/groupring/$1.toml"
  command_line "groupring checker --config /etc/groupring/$1.toml"
  start "$1" groupring checker --config "/etc/groupring/$1.toml"
}

# verdict_is GROUP ADDRESS WORD: what every checker that is alive says of it.
verdict_is() {
  local checker found=0
  for checker in $(redis ZRANGE groupring:checkers 0 -1); do
    [[ $(redis EXISTS "groupring:checker:$checker") == 1 ]] || continue
    [[ "$(redis HGET "groupring:verdicts:$checker:$1" "$2")" == "$3"* ]] || return 1
    found=1
  done
  ((found))
}

# The groups' sets as Redis has them: group_of[ADDRESS].
declare -A group_of
read_groups() {
  local group family address
  group_of=()
  for group in $(redis SMEMBERS "$name:GROUPS"); do
    for family in A AAAA; do
      while read -r address; do
        [[ ! $address ]] || group_of[$address]=$group
      done < <(redis SMEMBERS "$group:$family")
    done
  done
}

# address_for CLIENT [TYPE]: what it is given by its own resolver.
address_for() {
  as "$1" dig -r "$name" "${2-A}" +short +tries=5 +time=5 | sed '/^;/d' | tail -n 1
}
# addresses_of CLIENT: all that DNS gives it, of groups with two addresses.
addresses_of() {
  local i address
  local -A found=()
  for ((i = 0; i < 100 && ${#found[@]} < 2; ++i)); do
    address=$(address_for "$1")
    [[ ! $address ]] || found[$address]=1
  done
  if ((${#found[@]})); then printf '%s\n' "${!found[@]}" | sort; fi
}
# group_for CLIENT [TYPE]: whose that is.
group_for() {
  local address
  address=$(address_for "$@")
  echo "${group_of[${address:-nothing}]-nobody}"
}

# operate WORD...: a command of groupring, and what it says; its exit status in
# $status, and its words in $logs/operator.log besides.
operate() {
  local word words=
  for word in "$@"; do
    [[ $word != *' '* ]] || word="\"$word\""
    words+=" $word"
  done
  command_line "groupring$words"
  status=0
  groupring "$@" >/run/lab/operated 2>&1 || status=$?
  sed 's/^/     /' /run/lab/operated
  cat /run/lab/operated >>"$logs/operator.log"
}
# said TEXT: whether the last command said that.
said() { grep -qF -- "$1" /run/lab/operated; }
