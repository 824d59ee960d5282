# Sourced by the `run` of each lab, which has set
#   example        its folder
#   lab_packages   Debian packages that it needs besides those of the quickstart
# and defined a function `usage`, and perhaps `lab_option`, which takes options of its
# own (as own_option of basics.sh), and `prepare_lab`, which fetches what is in no
# package into $cache. The first time round this prepares the host
# (packages, program, FTP daemons) and runs the same script again in namespaces of
# its own. There it returns, and the lab begins: a machine's /etc, /usr, /var, /run,
# /dev, network and processes, all private, and all gone when the script ends,
# however it ends.

# shellcheck shell=bash
# Variables are set and used by whoever sources this; functions are handed to others.
# shellcheck disable=SC2034,SC2154,SC2317

arguments=("$@")
cache=${GROUPRING_LAB_CACHE:-${XDG_CACHE_HOME:-/var/cache}/groupring-labs}
own_option() {
  if [[ $1 == --cache && ${2-} ]]; then
    cache=$2 consumed=2
  else
    declare -F lab_option >/dev/null && lab_option "$@"
  fi
}

lab_folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=examples/lib/basics.sh
source "$(dirname "${BASH_SOURCE[0]}")/basics.sh"
# The settings of the lab, and of what all labs have.
settings=$lab_folder/settings
shared_settings=$PWD/examples/lib/settings

namespaces=(--net --mount --uts --ipc --pid --fork --kill-child
  --propagation private)

# Whether the sandbox works on this host: containers may forbid it.
try_sandbox() {
  # shellcheck disable=SC2016
  unshare "${namespaces[@]}" bash -ec '
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /run
    mkdir /run/upper /run/work
    mount -t overlay overlay /etc \
      -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work
    ip link set lo up
    nft add table inet lab'
}

# Ends with the status of the lab.
enter_sandbox() {
  if ((EUID != 0)); then
    echo "$0: a lab has namespaces, addresses and ports below 1024 of its own," \
      "and its daemons drop rights: please run this as root." >&2
    exit 1
  fi
  step "Packages and program"
  ensure_packages mount hostname procps iproute2 nftables curl openssl python3 \
    "${lab_packages[@]}"
  prepare_program
  if ! ensure_ftp_daemons "$cache"; then
    echo "$0: the packages of the FTP daemons could not be fetched into" \
      "$cache. That needs the Debian mirror once; later runs do without." >&2
    exit 1
  fi
  say "The FTP daemons are unpacked in $cache."
  if declare -F prepare_lab >/dev/null; then prepare_lab; fi
  local why
  if ! why=$(try_sandbox 2>&1); then
    echo "$0: this host does not let root make namespaces with mounts and a" \
      "firewall of their own, so the lab cannot run (in a container, give it" \
      "--privileged): $why" >&2
    exit 77
  fi
  # If something kills this process, even with -9, ends unshare; if something ends unshare
  # kills process 1 of the namespace; and that takes everything with it.
  local status=0
  setpriv --pdeathsig KILL unshare "${namespaces[@]}" env --ignore-environment \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/run/lab/home LANG=C.UTF-8 TERM="${TERM-dumb}" \
    GROUPRING_LAB_CACHE="$(realpath "$cache")" GROUPRING_LAB_PROGRAM="$program" \
    bash "$lab_folder/run" "${arguments[@]}" || status=$?
  exit "$status"
}

# over FOLDER [LOWER]: whatever is written to FOLDER is private from now on; what is
# in LOWER is seen there, too.
over() {
  mkdir -p "/run/lab/over$1" "/run/lab/work$1"
  mount -t overlay overlay "$1" -o \
    "lowerdir=${2:+$2:}$1,upperdir=/run/lab/over$1,workdir=/run/lab/work$1"
}

furnish_sandbox() {
  # Before /proc is that of the namespace it says who we are outside.
  read -r lab_pid _ </proc/self/stat
  mount -t proc proc /proc
  hostname lab
  mount -t tmpfs -o mode=755 tmpfs /run
  over /etc
  over /var
  # What servers serve: two labs have files of the same name.
  over /srv
  mkdir /run/lab/home
  # The daemons appear where their packages would have put them.
  over /usr "$cache/usr"
  [[ ! -d $cache/lib ]] || cp -a "$cache/lib/." /usr/lib/
  mkdir -p /usr/local/bin /var/log/lab /run/netns /etc/netns
  ln -sf "$program" /usr/local/bin/groupring

  # A /dev with a syslog of its own: Pure-FTPd has no other log.
  mkdir /run/lab/dev
  mount -t tmpfs -o mode=755 tmpfs /run/lab/dev
  local device
  for device in null zero full random urandom tty fuse ptmx; do
    [[ -e /dev/$device ]] || continue
    touch "/run/lab/dev/$device"
    mount --bind "/dev/$device" "/run/lab/dev/$device"
  done
  mkdir /run/lab/dev/{pts,shm}
  [[ ! -d /dev/pts ]] || mount --bind /dev/pts /run/lab/dev/pts
  mount -t tmpfs tmpfs /run/lab/dev/shm
  ln -s /proc/self/fd /run/lab/dev/fd
  ln -s /proc/self/fd/0 /run/lab/dev/stdin
  ln -s /proc/self/fd/1 /run/lab/dev/stdout
  ln -s /proc/self/fd/2 /run/lab/dev/stderr
  mount --rbind /run/lab/dev /dev

  printf '127.0.0.1 localhost lab\n::1 localhost lab\n' >/etc/hosts
  rm -f /etc/resolv.conf
  : >/etc/resolv.conf
  sed -i 's/^hosts:.*/hosts: files dns/' /etc/nsswitch.conf
}

lab_library=$PWD/examples/lib
# shellcheck source=examples/lib/network.sh
source "$lab_library/network.sh"
# shellcheck source=examples/lib/daemons.sh
source "$lab_library/daemons.sh"
# shellcheck source=examples/lib/clients.sh
source "$lab_library/clients.sh"
# shellcheck source=examples/lib/name_service.sh
source "$lab_library/name_service.sh"

if [[ ! ${GROUPRING_LAB_PROGRAM-} ]]; then
  enter_sandbox
fi
program=$GROUPRING_LAB_PROGRAM
furnish_sandbox
# Nothing has to be ended one by one: the namespaces end with this process.
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set -o errtrace
trap 'failed_at="${BASH_SOURCE[0]##*/}, line $LINENO: $BASH_COMMAND"' ERR
trap 'explain_end $?' EXIT
build_data_centre
start_syslog

# When the lab ends by itself because a command failed, says where.
explain_end() {
  local status=$1
  if ((status == 0 || status == 130 || status == 143)); then return; fi
  [[ ! ${concluded-} ]] || return 0
  fail "the lab has ended with status $status: ${failed_at-}"
  show_results
  show_failures
}

# give_up TEXT [LOG...]: ends a lab that cannot go on without what the text says.
give_up() {
  suspects=("${@:2}" "${suspects[@]}")
  results+=("FAILED: $1")
  fail "$1 (the lab cannot go on without)"
  show_results
  show_failures
  exit 1
}

# stay_up CLIENT LINE...: the end of a lab. With --check its result; else it stays up, and
# each line is a command to try, `CLIENT: COMMAND`, or without a client in the data
# centre. CLIENT is the one whose shell is shown.
stay_up() {
  conclude
  if ((failures)); then
    show_failures
    exit 1
  fi
  step "All of it is running; try it from another terminal"
  local enter="nsenter --all --target $lab_pid" line
  say "The data centre, where 'groupring status' works:   $enter bash" \
    "A client, here $1:   $enter ip netns exec $1 bash" ""
  shift
  for line in "$@"; do say "  $line"; done
  say "" "Logs are in /var/log/lab there. Ctrl-C ends everything." ""
  # Those that the lab has stopped are not waited for.
  local pids=("${pid_of[@]}") ended name
  wait -n -p ended "${pids[@]}" || true
  for name in "${!pid_of[@]}"; do
    [[ ${pid_of[$name]} != "${ended-}" ]] || echo "$name has ended." >&2
    [[ ${pid_of[$name]} != "${ended-}" ]] || show_log "$name" >&2
  done
  exit 1
}
