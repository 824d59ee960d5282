# Sourced by tests/run, tests/lint and the examples: which Debian packages each
# of them needs, and how the missing ones are installed without a system service
# being started or left enabled.

# shellcheck shell=bash disable=SC2034

# To build the program.
build_packages=(
  g++ cmake ninja-build pkgconf
  libabsl-dev libxxhash-dev libhiredis-dev
  libcpp-httplib-dev nlohmann-json3-dev libtomlplusplus-dev
  libspdlog-dev libcli11-dev libsystemd-dev libldns-dev libpcap-dev libssl-dev
  prometheus-cpp-dev
)

# To see it answer: the servers on both sides of it, and a client.
server_packages=(
  redis-server
  pdns-server pdns-backend-remote pdns-backend-pipe pdns-backend-bind
  pdns-backend-lua2 pdns-backend-sqlite3 pdns-backend-lmdb
)
run_packages=("${server_packages[@]}" redis-tools bind9-dnsutils)

# To build the tests and run them.
test_packages=(
  catch2 ccache openssl dnsperf systemd valgrind curl python3 redis-sentinel
  libfaketime spin unbound dnsmasq-base nftables iproute2 zsh fish lowdown mandoc prometheus sqlite3
  chromium chromium-driver
  haproxy lftp tcpdump nodejs rclone fuse3
)

# To make Debian packages, and to try them: tests/packages/run.
packaging_packages=(lowdown dpkg-dev lintian)
container_packages=(mmdebstrap systemd-container procps)

# Daemons that are probed and that the labs are made of, and what they need; the
# names of Debian 12 and, after a bar, of Debian 13. Each of the first conflicts
# with the others, so none is installed: see ensure_ftp_daemons.
ftp_daemon_packages=(
  proftpd-core proftpd-mod-proxy proftpd-mod-crypto pure-ftpd pure-ftpd-common
  vsftpd
  "libhashkit2|libhashkit2t64" "libmemcached11|libmemcached11t64"
  "libmemcachedutil2|libmemcachedutil2t64" libpcre2-posix3
  "libhiredis0.14|libhiredis1.1.0" libsodium23 libwrap0
)

# To build with clang: the sanitizers, the fuzz targets, clang-tidy's input.
clang_packages=(clang libclang-rt-dev)

# To measure: tests/bench/run.
bench_packages=(python3 libbenchmark-dev)

# To make the pictures of the page: tests/browser/check --screenshots.
picture_packages=(pngquant)

# To check format and style.
lint_packages=(clang-format clang-tidy)

# missing_packages NAME...: those of them that are not installed.
missing_packages() {
  local name
  for name in "$@"; do
    [[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" == \
      installed ]] || printf '%s\n' "$name"
  done
}

# ensure_packages NAME...: installs the missing ones, or, without the right to,
# says which they are and fails.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: please see to it that these are installed:" \
      "$*" >&2
    return 0
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    {
      echo "Missing packages: ${missing[*]}"
      echo "Start this once as root, or install them:"
      echo "  apt-get install --no-install-recommends ${missing[*]}"
    } >&2
    return 1
  fi
  echo "Installing: ${missing[*]}"
  # A subshell, so that its traps restore everything however it ends.
  (_install "${missing[@]}")
}

# known_packages "NAME|OTHER NAME"...: of each the name that this Debian has.
known_packages() {
  local asked names name known
  # One question: apt-cache reads everything each time.
  IFS=' |' read -ra asked <<<"$*"
  known=$(apt-cache madison "${asked[@]}" 2>/dev/null | awk '{ print $1 }' || true)
  for names in "$@"; do
    for name in ${names//|/ }; do
      ! grep -qxF "$name" <<<"$known" || break
    done
    echo "$name"
  done
}

# ensure_ftp_daemons DIRECTORY: unpacks them there, side by side, unless that is
# done. Nothing is installed.
ensure_ftp_daemons() {
  [[ ! -e $1/unpacked ]] || return 0
  mkdir -p "$1"
  # Each step by itself: set -e does not hold where this is called as a condition.
  (
    exec 9>"$1/lock"
    flock 9
    [[ ! -e $1/unpacked ]] || exit 0
    cd "$1" || exit 1
    fetch() {
      mapfile -t packages < <(known_packages "${ftp_daemon_packages[@]}")
      apt-get -q -o Acquire::Retries=3 download "${packages[@]}"
    }
    # Two updates at once fail, and installations make them, too.
    update() { (flock 8 && apt-get -q update) 8>/run/groupring-install.lock; }
    rm -f -- *.deb
    fetch || { update && fetch; } || exit 1
    for package in *.deb; do dpkg-deb -x "$package" . || exit 1; done
    rm -- *.deb
    touch unpacked
  )
}

_policy=/usr/sbin/policy-rc.d
_policy_saved=/usr/sbin/policy-rc.d.saved-by-groupring
_policy_mark="# groupring: no service starts during this installation"

# Debian's packages start their services when they are installed, unless
# policy-rc.d says 101.
_forbid_services() {
  _allow_services  # what an interrupted installation may have left
  if [[ -e $_policy || -L $_policy ]]; then
    mv "$_policy" "$_policy_saved"
  fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$_policy_mark" >"$_policy"
  chmod 755 "$_policy"
}

_allow_services() {
  if [[ -f $_policy ]] && grep -qsF "$_policy_mark" "$_policy"; then
    rm -f "$_policy"
  fi
  if [[ -e $_policy_saved || -L $_policy_saved ]]; then
    mv "$_policy_saved" "$_policy"
  fi
}

# Newly installed servers would be started at the next boot.
_disable_services_of() {
  local package unit script
  for package in "$@"; do
    while read -r unit; do
      if command -v systemctl >/dev/null; then
        systemctl --quiet disable "$unit" 2>/dev/null || true
      elif command -v deb-systemd-helper >/dev/null; then
        # It works for packages' own scripts only.
        DPKG_MAINTSCRIPT_PACKAGE=$package \
          deb-systemd-helper disable "$unit" >/dev/null || true
      fi
    done < <(dpkg -L "$package" |
      sed -nE 's,^(/usr)?/lib/systemd/system/([^@/]+\.(service|socket|timer))$,\2,p')
    while read -r script; do
      if command -v update-rc.d >/dev/null; then
        update-rc.d "$script" disable >/dev/null 2>&1 || true
      fi
    done < <(dpkg -L "$package" | sed -nE 's,^/etc/init\.d/([^/]+)$,\1,p')
  done
}

_install() {
  set -euo pipefail
  export DEBIAN_FRONTEND=noninteractive
  # One installation at a time: they would save each other's policy-rc.d.
  exec 9>/run/groupring-install.lock
  flock 9
  # Another may have installed them while this one waited.
  local missing new_servers=() package
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || exit 0
  for package in "${missing[@]}"; do
    if [[ " ${server_packages[*]} redis-sentinel haproxy " == *" $package "* ]]; then
      new_servers+=("$package")
    fi
  done
  trap _allow_services EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  _forbid_services
  local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
    -o Dpkg::Use-Pty=0)
  # The package lists are fetched when there are none, or when they turn out to
  # be older than the archive.
  if ! "${apt[@]}" install -s --no-install-recommends "${missing[@]}" \
    >/dev/null 2>&1; then
    "${apt[@]}" update
    # The suite that becomes the next Debian lacks one now and then.
    local known
    known=$(apt-cache madison "${missing[@]}" 2>/dev/null | awk '{ print $1 }')
    for package in "${missing[@]}"; do
      grep -qxF "$package" <<<"$known" ||
        echo "This Debian has no $package: what needs it will fail." >&2
    done
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -xF "$known")
  fi
  if ! "${apt[@]}" install --no-install-recommends "${missing[@]}"; then
    "${apt[@]}" update
    "${apt[@]}" install --no-install-recommends "${missing[@]}"
  fi
  if ((${#new_servers[@]})); then
    _disable_services_of "${new_servers[@]}"
  fi
}
