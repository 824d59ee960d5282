#!/usr/bin/env python3
"""Writes the golden vectors of the ring's format, from its definition in
hashing/README.md.

Slow on purpose: whole numbers without limit, exact fractions, everything
sorted in full. It shares no code with the library and uses the standard
library of Python alone.

    generate.py [directory]    writes into the directory, default: its own
"""

import ipaddress
import math
import pathlib
import random
import sys
from fractions import Fraction

FORMAT = 1
SLOTS = 1 << 20
WHOLE = 1 << 32
NOBODY = 0xFFFF
M64 = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


# XXH64, from the specification of xxHash.

P1 = 0x9E3779B185EBCA87
P2 = 0xC2B2AE3D27D4EB4F
P3 = 0x165667B19E3779F9
P4 = 0x85EBCA77C2B2AE63
P5 = 0x27D4EB2F165667C5


def rotate(x, bits):
    return (x << bits | x >> (64 - bits)) & M64


def accumulate(lane_sum, lane):
    return rotate((lane_sum + lane * P2) & M64, 31) * P1 & M64


def xxh64(data, seed):
    lane_at = lambda at: int.from_bytes(data[at : at + 8], "little")
    at = 0
    if len(data) >= 32:
        sums = [seed + P1 + P2, seed + P2, seed, seed - P1]
        sums = [value & M64 for value in sums]
        while at + 32 <= len(data):
            for i in range(4):
                sums[i] = accumulate(sums[i], lane_at(at + 8 * i))
            at += 32
        x = sum(rotate(s, bits) for s, bits in zip(sums, (1, 7, 12, 18))) & M64
        for lane_sum in sums:
            x = ((x ^ accumulate(0, lane_sum)) * P1 + P4) & M64
    else:
        x = (seed + P5) & M64
    x = (x + len(data)) & M64
    while at + 8 <= len(data):
        x = (rotate(x ^ accumulate(0, lane_at(at)), 27) * P1 + P4) & M64
        at += 8
    if at + 4 <= len(data):
        lane = int.from_bytes(data[at : at + 4], "little")
        x = (rotate(x ^ (lane * P1 & M64), 23) * P2 + P3) & M64
        at += 4
    while at < len(data):
        x = rotate(x ^ (data[at] * P5 & M64), 11) * P1 & M64
        at += 1
    x = (x ^ x >> 33) * P2 & M64
    x = (x ^ x >> 29) * P3 & M64
    return x ^ x >> 32


assert xxh64(b"", 0) == 0xEF46DB3751D8E999
assert xxh64(b"abc", 0) == 0x44BC2CF5AD770999


# The format.


def mix64(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & M64
    x = (x ^ x >> 27) * 0x94D049BB133111EB & M64
    return x ^ x >> 31


def parse(text):
    """(key, source prefix length), or None."""
    address, slash, length = text.partition("/")
    address, percent, zone = address.partition("%")
    if percent and not zone:
        return None
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    bits = ip.max_prefixlen
    if slash:
        if not (length.isascii() and length.isdigit()) or int(length) > bits:
            return None
        bits = int(length)
    network = ipaddress.ip_network((ip, bits), strict=False)
    if network.version == 6 and network.subnet_of(
        ipaddress.ip_network("::ffff:0:0/96")
    ):
        network = ipaddress.ip_network(
            (network.network_address.ipv4_mapped, bits - 96)
        )
    number = int(network.network_address)
    key_bits = number >> 8 if network.version == 4 else number >> 80
    return network.version << 56 | key_bits, network.prefixlen


def subnet_text(key):
    if key >> 56 == 4:
        return str(ipaddress.IPv4Address((key & 0xFFFFFF) << 8)) + "/24"
    bits = (key & ((1 << 48) - 1)) << 80
    return str(ipaddress.IPv6Address(bits)) + "/48"


def khash(key):
    return mix64(key * GAMMA & M64)


def slot_of(key):
    return khash(key) >> 44


def floor_log2(i):
    """floor(2^32 * log2(1 + i / 4096)), surely: the truth is kept between two
    bounds of 200 bits, and both must give the same answer."""
    one = 1 << 200
    low = high = (4096 + i) * one // 4096
    result = 0
    for _ in range(32):
        low, high = low * low // one, -(-high * high // one)
        assert (low >= 2 * one) == (high >= 2 * one)
        result = 2 * result + (low >= 2 * one)
        if low >= 2 * one:
            low, high = low // 2, -(-high // 2)
    return result


T = [floor_log2(i) for i in range(4096)] + [1 << 32]


def negative_log2(h):
    h = h or 1
    bits = h.bit_length()
    z = 64 - bits
    m = (h << z) - (1 << 63)
    i = m >> 51
    r = m >> 11 & ((1 << 40) - 1)
    return (z + 1) * 2**32 - (T[i] + ((T[i + 1] - T[i]) * r >> 40))


def label_hash(label):
    return xxh64(label.encode(), 2)


def label_part(subnet, parts):
    return (khash(subnet) & 0xFFFFFFFF) % parts


def label_key(label, part):
    return 12 << 56 | mix64((label_hash(label) + part * GAMMA) & M64) >> 8


def slot_key(slot):
    return mix64((slot + 1) * GAMMA & M64)


def order_hash(name):
    return xxh64(name.encode(), 0)


def share_hash(name):
    return xxh64(name.encode(), 1)


def keep_hash(name, slot):
    return mix64(slot_key(slot) ^ share_hash(name)) >> 32


class Ring:
    def __init__(self, name, groups):
        self.name = name
        self.groups = sorted(groups, key=lambda group: group[0].encode())
        self.hashes = [order_hash(name) for name, _ in self.groups]
        self.common = math.lcm(*(weight for _, weight in self.groups))

    def order(self, slot):
        """Indices of the groups, the first to answer first."""

        def rank(i):
            h = mix64(slot_key(slot) ^ self.hashes[i])
            score = Fraction(negative_log2(h), self.groups[i][1])
            return (score, -h, self.hashes[i])

        return sorted(range(len(self.groups)), key=rank)

    def owners(self, shares):
        """The index of the owner of each slot, given shares by name."""
        members = []
        for i, (name, weight) in enumerate(self.groups):
            share = shares.get(name, WHOLE)
            if share:
                members.append((i, self.hashes[i], self.common // weight,
                                share, share_hash(name)))
        for slot in range(SLOTS):
            key = slot_key(slot)
            best = None
            for i, group_hash, factor, share, keeper in members:
                if share < WHOLE and mix64(key ^ keeper) >> 32 >= share:
                    continue
                h = mix64(key ^ group_hash)
                rank = (negative_log2(h) * factor, -h, group_hash, i)
                if best is None or rank < best:
                    best = rank
            yield NOBODY if best is None else best[3]


# What is pinned.


def subnet_texts():
    yield from """
        192.0.2.0/24 0.0.0.0/24 10.0.0.0/24 2001:db8::/48 203.0.113.7
        203.0.113.7/32 203.0.113.255/25 203.0.113.129/24 203.0.113.9/23
        10.255.255.255/8 255.255.255.255 255.255.255.255/1 1.2.3.4/0 0.0.0.0
        2001:db8::1 2001:db8:1:2:3:4:5:6/128 2001:db8:ffff:ffff::/49
        2001:db8:ffff::/47 2001:DB8:AbCd::/48 ffff:ffff:ffff:ffff::/32
        2001:db8:1::/0 :: ::/0 ::1 fe80::1%eth0 fe80::1%eth0/64 10.1.2.3%lo
        ::ffff:192.0.2.1 ::ffff:192.0.2.1/128 ::ffff:192.0.2.200/120
        ::ffff:c000:201 ::ffff:192.0.2.1/112 ::ffff:192.0.2.1/96
        ::ffff:192.0.2.1/95 ::ffff:192.0.2.1/90 ::ffff:192.0.2.1/0
        ::192.0.2.1 ::fffe:192.0.2.1 64:ff9b::192.0.2.1 1::ffff:192.0.2.1
        192.0.2.1/33 2001:db8::/129 ::ffff:192.0.2.1/129 192.0.2/24 192.0.2.256
        192.0.2.1. 192.0.2.1/ 192.0.2.1/-1 192.0.2.1/+8 192.0.2.1/8x
        192.0.2.1/0x8 192.0.2.1/8/8 192.0.2.1/4294967304 2001:db8:::1 1::2::3
        2001:db8 12345::1 g::1 fe80::1% fe80::1/64%eth0 /24 % : host 1
        :ffff:192.0.2.1 192.0.2.01 0x7f.0.0.1
        1:2:3:4:5:6:7:8:9 1:2:3:4:5:6:7
    """.split()
    draw = random.Random(1)
    for _ in range(150):
        address = ipaddress.IPv4Address(draw.getrandbits(32))
        yield f"{address}/{draw.randint(0, 32)}"
    for _ in range(150):
        address = ipaddress.IPv6Address(draw.getrandbits(128))
        text = draw.choice([address.compressed, address.exploded])
        yield f"{text}/{draw.randint(0, 128)}"


def names():
    yield from ["a", "group1", "group2", "GROUP1", "eu-west.example", "ftp 1"]
    yield from ["gr\u00fcn", "\u7d44", "a\tb", "\\"]
    for length in range(101):
        yield "".join(chr(33 + (7 * i + length) % 90) for i in range(length))


def hashes_for_log():
    for bit in range(64):
        yield from [(1 << bit) - 1, 1 << bit, (1 << bit) + 1]
    yield from [M64, M64 - 1, M64 - 2]
    draw = random.Random(2)
    for _ in range(400):
        yield draw.getrandbits(64) >> draw.choice([0, 0, 0, draw.randrange(64)])


EXAMPLE = Ring("example", [("ams", 100), ("fra", 100), ("waw", 50)])


def rings():
    plain = lambda name, count: Ring(
        name, [(f"group{i}", 100) for i in range(1, count + 1)]
    )
    draw = random.Random(3)
    return [
        EXAMPLE,
        Ring("one", [("alone", 7)]),
        plain("three", 3),
        plain("ten", 10),
        Ring("four-mixed", [("a", 1), ("b", 2), ("c", 5), ("d", 10)]),
        Ring("twelve-mixed",
             [(f"node-{i:02}.example", 1 + i % 10) for i in range(12)]),
        Ring("extreme", [("small", 1), ("large", 2**24), ("other", 2**24 - 1)]),
        plain("hundred", 100),
        plain("thousand", 1000),
        Ring("thousand-mixed",
             [(f"m{i}", draw.randint(1, 1000)) for i in range(1000)]),
    ]


# Name of the ring, shares of groups by name.
STATES = [
    ("example", {}),
    ("example", {"fra": 0}),
    ("example", {"ams": 0, "fra": 0, "waw": 0}),
    ("example", {"ams": 1 << 31, "waw": 3 << 30}),
    ("one", {"alone": 429496730}),
    ("three", {}),
    ("ten", {}),
    ("four-mixed", {}),
    ("four-mixed", {"d": 0, "b": 1 << 30}),
    ("extreme", {}),
]


def write(directory, name, title, lines):
    text = f"# {title}\n# Written by generate.py for format {FORMAT}.\n"
    text += "".join(line + "\n" for line in lines)
    (directory / name).write_text(text, encoding="ascii")


def subnet_lines():
    for text in subnet_texts():
        parsed = parse(text)
        if parsed is None:
            yield f"{text}\t-"
            continue
        key, length = parsed
        yield (f"{text}\t{key:016x}\t{length}\t{subnet_text(key)}"
               f"\t{slot_of(key)}")


def label_lines():
    draw = random.Random(6)
    labels = ["google", "customer-17", "a", "Google", "x" * 63]
    labels += [f"resolver-{i}.example" for i in range(20)]
    for label in labels:
        for parts in [1, 2, 3, 4, 7, 64, 256, draw.randint(1, 256)]:
            key, _ = parse(f"{ipaddress.IPv4Address(draw.getrandbits(32))}/24")
            if draw.random() < 0.5:
                address = ipaddress.IPv6Address(draw.getrandbits(128))
                key, _ = parse(f"{address}/48")
            part = label_part(key, parts)
            made = label_key(label, part)
            yield (f"{label}\t{parts}\t{key:016x}\t{part}\t{made:016x}"
                   f"\t{slot_of(made)}")


def name_lines():
    for name in names():
        yield (f"{name.encode().hex() or '-'}\t{order_hash(name):016x}"
               f"\t{share_hash(name):016x}")


def log_lines():
    packed = b"".join(entry.to_bytes(4, "little") for entry in T[:4096])
    yield f"table\t{xxh64(packed, 0):016x}"
    for h in hashes_for_log():
        yield f"{h:016x}\t{negative_log2(h)}"


def ring_lines():
    for ring in rings():
        for name, weight in ring.groups:
            yield f"{ring.name}\t{name}\t{weight}"


def order_lines():
    draw = random.Random(4)
    for ring in rings():
        count = max(6, min(200, 4000 // len(ring.groups)))
        if len(ring.groups) >= 1000:
            count = 3
        slots = [0, 1, SLOTS - 1] + [draw.randrange(SLOTS)
                                     for _ in range(count)]
        for slot in slots:
            yield f"{ring.name}\t{slot}\t" + " ".join(map(str,
                                                          ring.order(slot)))


def keep_lines():
    draw = random.Random(5)
    for name, _ in EXAMPLE.groups:
        for slot in [0, SLOTS - 1] + [draw.randrange(SLOTS)
                                      for _ in range(60)]:
            yield f"{name}\t{slot}\t{keep_hash(name, slot)}"


def owner_lines():
    by_name = {ring.name: ring for ring in rings()}
    for ring_name, shares in STATES:
        ring = by_name[ring_name]
        slots = [0] * (NOBODY + 1)
        packed = bytearray()
        for owner in ring.owners(shares):
            slots[owner] += 1
            packed += owner.to_bytes(2, "little")
        given = ",".join(f"{name}={share}"
                         for name, share in sorted(shares.items())) or "-"
        counts = ",".join(str(slots[i]) for i in range(len(ring.groups)))
        yield (f"{ring_name}\t{given}\t{xxh64(bytes(packed), 0):016x}"
               f"\t{counts}\t{slots[NOBODY]}")


def example_lines():
    text = "192.0.2.77/32"
    key, _ = parse(text)
    slot = slot_of(key)
    yield f"client    {text}"
    yield f"key       {key:016x}"
    yield f"khash     {khash(key):016x}"
    yield f"slot      {slot}"
    yield f"slot key  {slot_key(slot):016x}"
    for name, weight in EXAMPLE.groups:
        h = mix64(slot_key(slot) ^ order_hash(name))
        e = negative_log2(h)
        yield f"group {name}, weight {weight}"
        yield f"  order hash  {order_hash(name):016x}"
        yield f"  h           {h:016x}"
        yield f"  E(h)        {e}"
        yield f"  score       {float(Fraction(e, weight)):.2f}"
        yield f"  share hash  {share_hash(name):016x}"
        yield f"  keeps if    {keep_hash(name, slot)} < p"
    yield "order     " + ", ".join(EXAMPLE.groups[i][0]
                                   for i in EXAMPLE.order(slot))


def label_example_lines():
    label = "google"
    yield f"label     {label}"
    yield f"hash      {label_hash(label):016x}"
    for part in range(2):
        key = label_key(label, part)
        yield f"part {part}    {key:016x}, slot {slot_of(key)}"


def main():
    directory = pathlib.Path(__file__).resolve().parent
    if len(sys.argv) > 1:
        directory = pathlib.Path(sys.argv[1])
    write(directory, "subnets.txt",
          "text, then - or: key, source prefix length, subnet, slot",
          subnet_lines())
    write(directory, "names.txt",
          "bytes of a name in hexadecimal, order hash, share hash",
          name_lines())
    write(directory, "labels.txt",
          "label, keys it is spread over, subnet key, part, key, slot",
          label_lines())
    write(directory, "label_example.txt",
          "the worked example of a label in hashing/README.md",
          label_example_lines())
    write(directory, "negative_log2.txt",
          "h, E(h); first XXH64 of T[0 ... 4095] as little-endian 32-bit words",
          log_lines())
    write(directory, "rings.txt", "ring, group, weight; by index",
          ring_lines())
    write(directory, "orders.txt", "ring, slot, indices in order",
          order_lines())
    write(directory, "keeps.txt",
          "group of the ring 'example', slot, hash that a share must exceed",
          keep_lines())
    write(directory, "example.txt", "the worked example of hashing/README.md",
          example_lines())
    write(directory, "owners.txt",
          "ring, shares that are not whole, XXH64 of the owner of each slot as "
          "little-endian 16-bit words (ffff: nobody), slots by index, slots of "
          "nobody", owner_lines())


if __name__ == "__main__":
    main()
