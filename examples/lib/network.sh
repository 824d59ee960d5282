# The network of a lab. This namespace is the data centre: every address of proxies,
# servers and name servers is one of its `lo`, so that daemons listen on real
# addresses and real ports. Clients are namespaces with a cable (veth) to it.
#
#   203.0.113.0/24, 2001:db8::/48   what the world reaches
#   10.0.0.0/8                      what it does not: the firewall sees to it
#
# A machine that has to die, or to hand its addresses to another one, is a namespace
# by itself, too: `node`.
#
# Between two addresses of the same host the source of a connection is its
# destination unless the program says otherwise: let daemons in front of others name
# theirs (ProxySourceAddress, HAProxy's `source`).

# shellcheck shell=bash disable=SC2034,SC2154

build_data_centre() {
  ip link set lo up
  sysctl -q net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  # Without this rule tests of masquerading would pass by accident.
  # Nodes reach the rest of the data centre through it.
  ip address add 10.0.0.254/32 dev lo
  nft -f - <<'NFT'
table inet lab {
  chain outer {
    type filter hook prerouting priority filter
    # What a lab translates (dnat) is meant to come in.
    ct status dnat accept
    # Clients are told at once: one that waits could also be a slow one.
    iifname "v-*" ip daddr 10.0.0.0/8 counter reject with icmpx admin-prohibited
  }
  chain null_routes { type filter hook prerouting priority raw; }
}
NFT
}

# addresses ADDRESS...: are those of the data centre.
addresses() {
  local address
  for address in "$@"; do
    if [[ $address == *:* ]]; then
      ip address add "$address/128" dev lo nodad
    else
      ip address add "$address/32" dev lo
    fi
  done
}

# node NAME LINK ADDRESS...: a machine of the data centre, by itself: LINK (of
# 10.0.0.0/8) is its address inside, the others it answers to once they are routed to
# it.
node() {
  local name=$1 link=$2 address
  shift 2
  ip netns add "$name"
  ip link add "n-$name" type veth peer name eth0 netns "$name"
  ip address add fe80::1/64 dev "n-$name" nodad
  ip link set "n-$name" up
  ip route add "$link/32" dev "n-$name"
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  ip -n "$name" address add "$link/32" dev eth0
  ip -n "$name" address add fe80::2/64 dev eth0 nodad
  # The data centre answers for any address of its own.
  ip -n "$name" route add 10.0.0.254 dev eth0
  ip -n "$name" route add default via 10.0.0.254 src "$link"
  ip -n "$name" -6 route add default via fe80::1 dev eth0
  for address in "$@"; do
    if [[ $address == *:* ]]; then
      ip -n "$name" address add "$address/128" dev lo nodad
    else
      ip -n "$name" address add "$address/32" dev lo
    fi
  done
}

# route_to NODE ADDRESS...: from now on these are reached there, and nowhere else.
route_to() {
  local name=$1 link address
  shift
  link=$(ip -n "$name" -4 -o address show dev eth0 | awk '{ print $4 }')
  for address in "$@"; do
    if [[ $address == *:* ]]; then
      ip route replace "$address/128" via fe80::2 dev "n-$name"
    else
      ip route replace "$address/32" via "${link%/*}" dev "n-$name"
    fi
  done
}

# null_route ADDRESS: the provider drops what is sent to it, as during an attack; it
# still answers inside of the data centre.
null_route() {
  nft add rule inet lab null_routes iifname '"v-*"' \
    "$([[ $1 == *:* ]] && echo ip6 || echo ip)" daddr "$1" counter drop
}
end_null_routes() { nft flush chain inet lab null_routes; }

# client NAME ADDRESS ADDRESS6 RESOLVER...: a host in a /24 and a /48 of its own, of
# which the data centre has the addresses .1 and ::1. ADDRESS6 may be `none`.
client() {
  local name=$1 four=$2 six=$3
  shift 3
  ip netns add "$name"
  ip link add "v-$name" type veth peer name eth0 netns "$name"
  ip address add "${four%.*}.1/24" dev "v-$name"
  ip link set "v-$name" up
  ip -n "$name" address add "$four/24" dev eth0
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  ip -n "$name" route add default via "${four%.*}.1"
  if [[ $six != none ]]; then
    ip address add "${six%%::*}::1/48" dev "v-$name" nodad
    ip -n "$name" address add "$six/48" dev eth0 nodad
    ip -n "$name" route add default via "${six%%::*}::1"
  fi
  resolvers "$name" "$@"
}

# resolvers CLIENT ADDRESS...: whom it asks.
resolvers() {
  local name=$1 address
  shift
  mkdir -p "/etc/netns/$name"
  {
    for address in "$@"; do echo "nameserver $address"; done
    echo "options attempts:5 timeout:5"
  } >"/etc/netns/$name/resolv.conf"
}

# carrier NAME FIRST LAST RESOLVER...: a provider that translates its subscribers'
# addresses to one from FIRST to LAST, for each connection another one.
carrier() {
  local name=$1 first=$2 last=$3 i
  shift 3
  client "$name" "$first" none "$@"
  for ((i = ${first##*.} + 1; i <= ${last##*.}; ++i)); do
    ip -n "$name" address add "${first%.*}.$i/24" dev eth0
  done
  ip -n "$name" link add subscribers type bridge
  ip -n "$name" address add 100.64.0.1/16 dev subscribers
  ip -n "$name" link set subscribers up
  as "$name" sysctl -q net.ipv4.ip_forward=1
  as "$name" nft -f - <<NFT
table ip carrier {
  chain leaving {
    type nat hook postrouting priority srcnat
    ip saddr 100.64.0.0/16 oifname "eth0" snat to $first-$last fully-random
  }
}
NFT
}

# subscriber CARRIER NAME ADDRESS RESOLVER...: a client of it, in 100.64.0.0/16.
subscriber() {
  local carrier=$1 name=$2 address=$3
  shift 3
  ip netns add "$name"
  ip -n "$carrier" link add "s-$name" type veth peer name eth0 netns "$name"
  ip -n "$carrier" link set "s-$name" master subscribers up
  ip -n "$name" address add "$address/16" dev eth0
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  ip -n "$name" route add default via 100.64.0.1
  resolvers "$name" "$@"
}

# as CLIENT COMMAND...: runs there, with its addresses and its resolv.conf.
as() {
  local name=$1
  shift
  ip netns exec "$name" "$@"
}
