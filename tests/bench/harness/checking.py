"""What checking costs: processor time and memory of a checker of 10,000
addresses, latency of a name server beside it, and how soon a verdict shows in
answers.

The servers that are probed are on this host, too, which they are not in real life. So
while latencies are measured they come after everything else (nice 19)."""
import json
import os
import statistics
import subprocess
import tempfile
import time

from harness import dns
from harness.contestants import SOA, Pdns, places_of, shipped
from harness.processes import (BUILD, GROUPRING, LOAD, Groupring, Process,
                               Redis, RedisConnection, free_port, wait_until)
from harness.scaling import percentile

SERVERS = os.path.join(BUILD, "tests/bench/bench_ftp_servers")
GROUPS, PER_GROUP = 100, 100
ADDRESSES = GROUPS * PER_GROUP
# Seconds. With TLS the handshakes of all in five seconds are more than a
# processor can do, on either side.
INTERVAL = {"ftp": 5, "ftps": 60}
MEASURED_SECONDS = 20
# Beside a name server: groups of PER_GROUP addresses, probed every five seconds.
BESIDE = (10, GROUPS)
# (Whoever runs this with `chrt --rr 5`, on a busy host, does not mean the servers.)
YIELDING = ("chrt", "--other", "0", "nice", "-n", "19")
NAME = "ftp.example.org"


def address(index):
    """That of bench_ftp_servers."""
    number = 0x7f010001 + index
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def commands(probe, port, groups):
    yield f'HSET example.org:CONFIG SOA "{SOA}" NS ns1.example.org'
    for group in range(groups):
        yield f"SADD g{group}:A " + " ".join(
            address(group * PER_GROUP + i) for i in range(PER_GROUP))
    yield f"SADD {NAME}:GROUPS " + " ".join(f"g{g}" for g in range(groups))
    yield f"HSET groupring:check PROBES {probe}:{port} " \
        f"INTERVAL {INTERVAL[probe]}"


def write_groups(path, groups):
    with open(path, "w") as file:
        for group in range(groups):
            print(f"g{group}", *(address(group * PER_GROUP + i)
                                 for i in range(PER_GROUP)), file=file)


def certificate(directory):
    files = [os.path.join(directory, name) for name in ("cert.pem", "key.pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj",
         "/CN=ftp.example.org", "-out", files[0], "-keyout", files[1]],
        check=True, capture_output=True)
    return files


class Checked:
    """Redis and FTP servers, PER_GROUP of each group; a checker once it is started."""

    def __init__(self, directory, probe, groups=GROUPS, servers_prefix=()):
        self.group_count = groups
        self.addresses = groups * PER_GROUP
        self.directory = directory
        self.processes = []
        self.redis = Redis(directory)
        self.processes.append(self.redis.process)
        port = free_port()
        tls = certificate(directory) if probe == "ftps" else []
        self.servers = Process("servers", [
            *servers_prefix, SERVERS, str(port), str(self.addresses), *tls],
                               directory)
        self.processes.append(self.servers)
        if not wait_until(lambda: "ready" in self.servers.log(), self.servers):
            raise RuntimeError("servers: " + self.servers.log())
        self.redis.run("\n".join(commands(probe, port, groups)) + "\n")
        self.groups = os.path.join(directory, "groups.txt")
        write_groups(self.groups, groups)
        self.groupring = None

    def start_checker(self):
        settings = os.path.join(self.directory, "checker.toml")
        with open(settings, "w") as file:
            file.write(f'[redis]\nurl = "{self.redis.url}"\n\n'
                       '[checker]\nid = "bench"\n')
        checker = Process("checker", [GROUPRING, "checker", "--config",
                                      settings], self.directory)
        self.processes.append(checker)
        return checker

    def checked(self):
        """How many addresses have a verdict, and how many of them are up."""
        redis = RedisConnection(self.redis)
        up = known = 0
        for group in range(self.group_count):
            reply = redis.read_all("HVALS", f"groupring:verdicts:bench:g{group}")
            verdicts = [line for line in reply.split("\r\n")
                        if line.startswith(("up ", "down ", "busy "))]
            known += len(verdicts)
            up += sum(line.startswith("up ") for line in verdicts)
        return known, up

    def counts(self):
        """(connections, handshakes) so far."""
        line = self.servers.log().strip().rsplit("\n", 1)[-1]
        return [int(number) for number in line.split()] \
            if line != "ready" else [0, 0]

    def stop(self):
        if self.groupring is not None:
            self.processes.append(self.groupring.process)
        for process in reversed(self.processes):
            process.stop()


def seconds_of(process):
    return sum(sum(part) for part in process.cpu().values())


def cost(probe, say):
    """Processor seconds a second of a checker, once each address was probed."""
    with tempfile.TemporaryDirectory() as directory:
        world = Checked(directory, probe)
        try:
            checker = world.start_checker()
            if not wait_until(lambda: world.checked()[0] == ADDRESSES, checker,
                              limit=4 * INTERVAL[probe] + 30):
                raise RuntimeError(f"{world.checked()} of {ADDRESSES}: " +
                                   checker.log())
            used, begin = seconds_of(checker), time.monotonic()
            first = world.counts()
            time.sleep(MEASURED_SECONDS)
            used = seconds_of(checker) - used
            took = time.monotonic() - begin
            connections, handshakes = (
                now - before for now, before in zip(world.counts(), first))
            result = {
                "addresses": ADDRESSES, "interval": INTERVAL[probe],
                "up": world.checked()[1],
                "connections_per_second": round(connections / took),
                "handshakes_per_second": round(handshakes / took),
                "processors": round(used / took, 3),
                "us_per_probe": round(used / connections * 1e6, 1),
                "rss_mb": round(checker.rss_megabytes(), 1)}
            say("{0}: {up} of {addresses} up, {connections_per_second} "
                "connections/s, {processors} of a processor, {us_per_probe} us "
                "a probe, {rss_mb} MB".format(probe, **result))
            return result
        finally:
            world.stop()


def beside(say, groups, rate=2000, seconds=4, turns=7):
    """Latency of answers with and without a checker on the same host, in pairs."""
    with tempfile.TemporaryDirectory() as directory:
        world = Checked(directory, "ftp", groups, YIELDING)
        server = None
        try:
            world.groupring = Groupring(directory, world.redis)
            folder = os.path.join(directory, "pdns")
            os.mkdir(folder)
            config, overrides = shipped("remote-unix.conf",
                                        places_of(world, folder))
            server = Pdns(folder, config, overrides, [], "ring", name=NAME)

            def p99():
                done = subprocess.run(
                    [LOAD, "--port", str(server.port), "--groups",
                     world.groups, "--name", NAME, "--seconds", str(seconds),
                     "--rate", str(rate), "--outstanding", "64"],
                    capture_output=True, text=True)
                if done.returncode != 0:
                    raise RuntimeError(done.stderr)
                found = json.loads(done.stdout)
                return found.get("without_stalls", found)["p99_us"]

            quiet, checking, share, probes = [], [], [], []
            for _ in range(turns):
                quiet.append(p99())
                checker = world.start_checker()
                wait_until(lambda: world.checked()[0] == world.addresses, checker)
                used, connections = seconds_of(checker), world.counts()[0]
                begin = time.monotonic()
                checking.append(p99())
                took = time.monotonic() - begin
                share.append((seconds_of(checker) - used) / took)
                probes.append((world.counts()[0] - connections) / took)
                checker.stop()
            ratios = [busy / idle for busy, idle in zip(checking, quiet)]
            result = {"probes_per_second": round(statistics.median(probes)),
                      "processors": round(statistics.median(share), 3),
                      "quiet_p99_us": statistics.median(quiet),
                      "checking_p99_us": statistics.median(checking),
                      "ratios": [round(ratio, 2) for ratio in ratios],
                      "ratio": round(statistics.median(ratios), 2)}
            say("beside a checker of {probes_per_second} probes/s, {processors} of a "
                "processor: p99 {checking_p99_us:.0f} us, alone {quiet_p99_us:.0f} us; "
                "ratios of pairs {ratios}, median {ratio}".format(**result))
            return result
        finally:
            if server is not None:
                server.stop()
            world.stop()


def verdict_propagation(say, samples=400):
    """Milliseconds from a written verdict to the first answer that goes by it:
    of two groups of one address each, the client's own goes down and comes
    back. No checker runs; what it would write is written here."""
    with tempfile.TemporaryDirectory() as directory:
        redis_server = Redis(directory)
        groupring = server = None
        try:
            redis_server.run("\n".join((
                f'HSET example.org:CONFIG SOA "{SOA}" NS ns1.example.org',
                f"SADD {NAME}:GROUPS g0 g1 g2",
                *(f"SADD g{g}:A 198.51.100.{g}" for g in range(3)),
                "HSET groupring:check PROBES ftp PANIC 0")) + "\n")
            redis = RedisConnection(redis_server)

            def live():
                seconds, micros = redis.call("TIME").decode().split("\r\n")[2:5:2]
                now = int(seconds) * 1000 + int(micros) // 1000
                redis.call("ZADD", "groupring:checkers", now, "bench")
                redis.call("HSET", "groupring:checker:bench", "version", "1",
                           "doubts", "no")
                return now

            def say_verdict(group, word):
                redis.call("HSET", f"groupring:verdicts:bench:g{group}",
                           f"198.51.100.{group}",
                           f"{word} since={live()} reason=" +
                           ("ok" if word == "up" else "refused"))

            for group in range(3):
                say_verdict(group, "up")
            groupring = Groupring(directory, redis_server)
            folder = os.path.join(directory, "pdns")
            os.mkdir(folder)
            places = type("Places", (), {"directory": directory,
                                         "groupring": groupring})()
            config, overrides = shipped("remote-unix.conf",
                                        places_of(places, folder))
            server = Pdns(folder, config, overrides, [], "ring", name=NAME)
            client = dns.Client(server.port)
            packet = dns.question(NAME, "A", "192.0.2.0/24")
            home = client.ask(packet)[1]
            millis = []
            while len(millis) < samples:
                for word in ("down", "up"):
                    live()
                    begin = time.perf_counter()
                    say_verdict(home[-1], word)
                    while (client.ask(packet)[1] == home) != (word == "up"):
                        if time.perf_counter() - begin > 5:
                            raise RuntimeError("a verdict is not answered by")
                    millis.append((time.perf_counter() - begin) * 1000)
                    time.sleep(0.001 * (len(millis) % 7))
            result = {"samples": len(millis), **{
                f"p{part}": round(percentile(millis, part / 100), 2)
                for part in (50, 90, 99)}, "max": round(max(millis), 2)}
            say("verdict to answer: p50 {p50} ms, p99 {p99} ms".format(**result))
            return result
        finally:
            if server is not None:
                server.stop()
            if groupring is not None:
                groupring.process.stop()
            redis_server.process.stop()


def run(say):
    return {"ftp": cost("ftp", say), "ftps": cost("ftps", say),
            "verdicts": verdict_propagation(say),
            "beside": [beside(say, groups) for groups in BESIDE]}
