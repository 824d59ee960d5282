"""How groupring grows: start, memory, one change, with much data; and many
connections."""
import json
import os
import subprocess
import tempfile
import threading
import time

from harness import dns
from harness.contestants import (SOA, Pdns, places_of, shipped)
from harness.processes import (LOAD, Groupring, Redis, RedisConnection,
                               wait_until)

# groups, names, addresses of each group and family
SIZES = [
    (3, 10, 4), (10, 10, 4), (100, 10, 4), (1000, 10, 4),
    (3, 1000, 4), (3, 10000, 4), (3, 100000, 4), (3, 1000000, 4),
    (3, 10, 1), (3, 10, 100), (3, 10, 10000),
    (1000, 10000, 100),
]
LARGE = (1000, 10000, 100)


def address(group, i):
    return f"10.{group >> 8}.{group & 255}.{i % 250 + 1}" if i < 250 else \
        f"{11 + i // 62500}.{group & 255}.{i // 250 % 250}.{i % 250 + 1}"


def commands(groups, names, addresses):
    yield f'HSET example.org:CONFIG SOA "{SOA}" NS ns1.example.org'
    for group in range(groups):
        yield f"SADD g{group}:A " + " ".join(
            address(group, i) for i in range(addresses))
        yield f"SADD g{group}:AAAA " + " ".join(
            f"2001:db8:{group + 1:x}::{i + 1:x}" for i in range(addresses))
    members = " ".join(f"g{group}" for group in range(groups))
    yield f"SADD n0.example.org:GROUPS {members}"
    # By Redis itself, as ten thousand lists of a thousand groups are long.
    for name in range(1, names):
        yield f"COPY n0.example.org:GROUPS n{name}.example.org:GROUPS"


def fill(redis, size):
    redis.run("\n".join(commands(*size)) + "\n")


def write_groups(path, size):
    groups, _, addresses = size
    with open(path, "w") as file:
        for group in range(groups):
            print(f"g{group}", *(address(group, i) for i in range(addresses)),
                  *(f"2001:db8:{group + 1:x}::{i + 1:x}"
                    for i in range(addresses)), file=file)


class Sized:
    """Redis with so much data, groupring and PowerDNS over the unix socket."""

    def __init__(self, directory, size):
        self.directory = directory
        self.redis = Redis(directory)
        try:
            fill(self.redis, size)
            begin = time.monotonic()
            self.groupring = Groupring(directory, self.redis)
            self.start_seconds = time.monotonic() - begin
        except Exception:
            self.redis.process.stop()
            raise
        self.groups = os.path.join(directory, "groups.txt")
        write_groups(self.groups, size)

    def pdns(self):
        folder = os.path.join(self.directory, "pdns")
        os.mkdir(folder)
        config, overrides = shipped("remote-unix.conf",
                                    places_of(self, folder))
        return Pdns(folder, config, overrides, [], "ring",
                    name="n0.example.org")

    def stop(self):
        self.groupring.process.stop()
        self.redis.process.stop()


def settled_memory(process):
    """RSS once nothing is being made any more (owner tables, draws)."""
    used = sum(sum(part) for part in process.cpu().values())
    while True:
        time.sleep(0.5)
        now = sum(sum(part) for part in process.cpu().values())
        if now - used < 0.02:
            return round(process.rss_megabytes(), 1)
        used = now


def one_size(size):
    with tempfile.TemporaryDirectory() as directory:
        sized = Sized(directory, size)
        try:
            return {"groups": size[0], "names": size[1], "addresses": size[2],
                    "start_ms": round(sized.start_seconds * 1000),
                    "rss_mb": settled_memory(sized.groupring.process)}
        finally:
            sized.stop()


def start_memory(say):
    results = []
    for size in SIZES:
        result = one_size(size)
        results.append(result)
        say("{groups} groups, {names} names, {addresses} addresses: start "
            "{start_ms} ms, {rss_mb} MB".format(**result))
    return results


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(part * len(values)))]


def state_writes(redis, stop, group):
    """Changes the group's state ten times a second until told to stop."""
    connection = RedisConnection(redis)
    changes = 0
    while not stop.is_set():
        connection.call("HSET", f"{group}:STATE", "reason", changes)
        changes += 1
        stop.wait(0.1)
    connection.call("DEL", f"{group}:STATE")


def change_under_load(say, rate=3000, seconds=4, turns=7):
    """Latency at a steady rate, with and without changes in between; of each
    the turn in the middle, but for the machine's own stalls."""
    def without_stalls(result):
        return result.get("without_stalls", result)

    with tempfile.TemporaryDirectory() as directory:
        sized = Sized(directory, LARGE)
        server = None
        try:
            settled_memory(sized.groupring.process)
            server = sized.pdns()

            def load():
                done = subprocess.run(
                    [LOAD, "--port", str(server.port), "--groups",
                     sized.groups, "--name", "n0.example.org", "--seconds",
                     str(seconds), "--rate", str(rate), "--outstanding",
                     "64"], capture_output=True, text=True)
                if done.returncode != 0:
                    raise RuntimeError(done.stderr)
                return json.loads(done.stdout)

            results = {"rate": rate, "quiet": [], "changing": []}
            for _ in range(turns):
                results["quiet"].append(load())
                stop = threading.Event()
                writer = threading.Thread(
                    target=state_writes, args=(sized.redis, stop, "g0"))
                writer.start()
                try:
                    results["changing"].append(load())
                finally:
                    stop.set()
                    writer.join()
            for kind in ("quiet", "changing"):
                ordered = sorted(results[kind],
                                 key=lambda r: without_stalls(r)["p999_us"])
                middle = results[kind] = ordered[len(ordered) // 2]
                say(f"{kind}: p50 {middle['p50_us']:.0f} us, p99 "
                    f"{middle['p99_us']:.0f} us, p99.9 "
                    f"{middle['p999_us']:.0f} us (without stalls "
                    f"{without_stalls(middle)['p999_us']:.0f} us), wrong "
                    f"{middle['wrong']}, lost {middle['lost']}")
            results["propagation"] = propagation(sized, server, 200,
                                                 "n0.example.org", "g")
            return results
        finally:
            if server is not None:
                server.stop()
            sized.stop()


def propagation(world, server, samples, name, prefix):
    """Milliseconds from a write in Redis to the first answer that shows it: a
    group is taken out by redis-cli's command, and brought back."""
    client = dns.Client(server.port)
    redis = RedisConnection(world.redis)
    group_of = {}
    with open(world.groups) as lines:
        for line in lines:
            group, *addresses = line.split()
            for text in addresses:
                if ":" not in text:
                    group_of[bytes(int(p) for p in text.split("."))] = group
    millis = []
    packet = dns.question(name, "A", "198.51.100.0/24")
    home = group_of[client.ask(packet)[1]]
    while len(millis) < samples:
        for command in (("HSET", home + ":STATE", "state", "disabled"),
                        ("DEL", home + ":STATE")):
            out = command[0] == "HSET"
            begin = time.perf_counter()
            redis.call(*command)

            def shows():
                answer = client.ask(packet)
                return answer is not None and answer[0] == 0 and \
                    (group_of.get(answer[1]) != home) == out
            while not shows():
                if time.perf_counter() - begin > 5:
                    raise RuntimeError("a change is not answered by")
            millis.append((time.perf_counter() - begin) * 1000)
            # At random against whatever groupring does at intervals.
            time.sleep(0.001 * (len(millis) % 7))
    return {"samples": len(millis), **{
        f"p{part}": round(percentile(millis, part / 100), 2)
        for part in (50, 90, 99, 99.9)}, "max": round(max(millis), 2)}


def connections(say, counts=(1, 4, 16, 64, 256), seconds=2):
    """Whole answers over this many connections of a client at once, without
    PowerDNS: groupring serve alone."""
    results = []
    with tempfile.TemporaryDirectory() as directory:
        sized = Sized(directory, (3, 10, 4))
        try:
            settled_memory(sized.groupring.process)
            for count in counts:
                before = sum(sum(part) for part in
                             sized.groupring.process.cpu().values())
                done = subprocess.run(
                    [LOAD.replace("bench_load", "bench_lines"),
                     directory + "/remote.sock", str(count), str(seconds)],
                    capture_output=True, text=True)
                if done.returncode != 0:
                    raise RuntimeError(done.stderr)
                result = json.loads(done.stdout)
                spent = sum(sum(part) for part in
                            sized.groupring.process.cpu().values()) - before
                result["cpu_us"] = round(
                    spent * 1e6 / max(1, result["answered"]), 2)
                results.append(result)
                say(f"{count} connections: {result['per_second']:,.0f}/s, "
                    f"{result['cpu_us']} us of groupring each")
        finally:
            sized.stop()
    return results
