"""What is measured end to end, and how each of them is started.

A contestant is a real pdns_server with the file of pdns-config/ that a user
would copy; only places (sockets, ports) differ. To add one: a function that
takes a World and the extra options of PowerDNS, and a line in CONTESTANTS.
"""
import os
import re
import subprocess

from harness import dns
from harness.processes import (CONSTANT, GROUPRING, LIBRARY, ROOT, Groupring,
                               Process, Redis, free_port, settings_file,
                               wait_until)

GROUPS = {
    "alpha": (["203.0.113.11", "203.0.113.12", "203.0.113.13"],
              ["2001:db8:1::11", "2001:db8:1::12", "2001:db8:1::13"]),
    "bravo": (["203.0.113.21", "203.0.113.22", "203.0.113.23"],
              ["2001:db8:2::21", "2001:db8:2::22", "2001:db8:2::23"]),
    "charlie": (["203.0.113.31", "203.0.113.32", "203.0.113.33"],
                ["2001:db8:3::31", "2001:db8:3::32", "2001:db8:3::33"]),
}
SOA = "ns1.example.org. hostmaster.example.org. 1 3600 600 604800 60"


def data():
    lines = [f'HSET example.org:CONFIG SOA "{SOA}" NS ns1.example.org',
             "SADD ftp.example.org:GROUPS " + " ".join(GROUPS)]
    for group, (ipv4, ipv6) in GROUPS.items():
        lines += [f"SADD {group}:A " + " ".join(ipv4),
                  f"SADD {group}:AAAA " + " ".join(ipv6)]
    return "\n".join(lines) + "\n"


class World:
    """What the contestants have in common: Redis and one daemon."""

    def __init__(self, directory):
        self.directory = directory
        self.redis = Redis(directory)
        self.shared = [self.redis.process]
        try:
            self.redis.run(data())
            self.groupring = Groupring(directory, self.redis)
        except RuntimeError:
            self.stop()
            raise
        self.shared.append(self.groupring.process)
        self.groups = os.path.join(directory, "groups.txt")
        with open(self.groups, "w") as file:
            for group, addresses in GROUPS.items():
                print(group, *sum(addresses, []), file=file)

    def folder(self, name):
        path = os.path.join(self.directory, name)
        os.mkdir(path)
        return path

    def stop(self):
        for process in reversed(self.shared):
            process.stop()


class Pdns:
    """A pdns_server that answers, with what belongs to it alone."""

    def __init__(self, directory, config_file, overrides, options, expect,
                 processes=(), name="ftp.example.org"):
        self.directory = directory
        self.expect = expect
        self.processes = list(processes)
        os.symlink(config_file, os.path.join(directory, "pdns.conf"))
        self.port = free_port()
        self.process = Process("pdns", [
            "pdns_server", "--config-dir=" + directory,
            "--socket-dir=" + directory, "--local-address=127.0.0.1",
            f"--local-port={self.port}", "--daemon=no", "--guardian=no",
            "--disable-syslog=yes", "--write-pid=no"] + overrides +
            list(options), directory)
        self.processes.append(self.process)
        packet = dns.question(name, "A", "198.51.100.0/24")
        client = dns.Client(self.port, 0.2)
        if not wait_until(lambda: (client.ask(packet) or (2,))[0] == 0,
                          self.process):
            log = self.process.log()
            self.stop()
            raise RuntimeError("pdns_server: " + log)

    def counters(self):
        output = subprocess.run(
            ["pdns_control", "--config-dir=" + self.directory,
             "--socket-dir=" + self.directory, "show", "*"],
            capture_output=True, text=True).stdout
        pairs = (part.split("=") for part in output.strip().split(",") if part)
        return {name: int(value) for name, value in pairs}

    def stop(self):
        for process in reversed(self.processes):
            process.stop()


def shipped(file, places):
    """The path of a file of pdns-config/, and its lines that name places."""
    path = os.path.join(ROOT, "pdns-config", file)
    overrides = []
    with open(path) as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            changed = line.strip()
            for wanted, place in places.items():
                changed = changed.replace(wanted, place)
            if changed != line.strip():
                overrides.append("--" + changed)
    return path, overrides


def embedded_script(directory):
    """groupring.lua of pdns-config/ with its places; its path."""
    with open(os.path.join(ROOT, "pdns-config/groupring.lua")) as file:
        script = file.read()
    for wanted, place in (
            ("/etc/groupring/groupring.toml", directory + "/groupring.toml"),
            ('library = "libgroupring.so.1"', f'library = "{LIBRARY}"'),
            ("/usr/share/groupring/",
             os.path.join(ROOT, "backend/embedded/"))):
        assert wanted in script, wanted
        script = script.replace(wanted, place)
    path = os.path.join(directory, "groupring.lua")
    with open(path, "w") as file:
        file.write(script)
    return path


def places_of(world, directory):
    return {
        "/etc/powerdns/groupring.lua": embedded_script(directory),
        "/run/groupring/remote.sock": world.directory + "/remote.sock",
        "/run/groupring/pipe.sock": world.directory + "/pipe.sock",
        "127.0.0.1:8470": f"127.0.0.1:{world.groupring.http_port}",
        "/usr/bin/groupring": GROUPRING,
        "/etc/groupring/groupring.toml": os.path.join(
            directory, "groupring.toml"),
    }


def of_groupring(file):
    def start(world, directory, options):
        # For coprocesses: the same Redis, a state file of their own.
        settings_file(directory, world.redis, 0)
        config, overrides = shipped(file, places_of(world, directory))
        return Pdns(directory, config, overrides, options, "ring")
    return start


def key_store(directory):
    """A key for the zone, by the steps of DNSSEC.md; the path of its file."""
    keys = os.path.join(directory, "keys.db")
    with open("/usr/share/pdns-backend-sqlite3/schema/"
              "schema.sqlite3.sql") as schema:
        subprocess.run(["sqlite3", keys], stdin=schema, check=True)
    with open(os.path.join(directory, "pdns-keys.conf"), "w") as file:
        file.write(f"launch=gsqlite3\ngsqlite3-database={keys}\n"
                   "gsqlite3-dnssec=yes\n")
    for words in (("create-secondary-zone", "example.org", "127.0.0.1"),
                  ("set-kind", "example.org", "native"),
                  ("secure-zone", "example.org")):
        subprocess.run(["pdnsutil", "--config-dir=" + directory,
                        "--config-name=keys", *words], check=True,
                       capture_output=True)
    return keys


def signed(file):
    """The mode with dnssec.conf; all queries ask for signatures."""
    def start(world, directory, options):
        settings_file(directory, world.redis, 0)
        config, overrides = shipped(file, places_of(world, directory))
        added = os.path.join(directory, "pdns.d")
        os.mkdir(added)
        with open(os.path.join(ROOT, "pdns-config/dnssec.conf")) as shown, \
                open(os.path.join(added, "dnssec.conf"), "w") as copy:
            copy.write(shown.read().replace("/var/lib/powerdns/keys.db",
                                            key_store(directory)))
        return Pdns(directory, config,
                    overrides + ["--include-dir=" + added], options, "signed")
    return start


def constant_unix(world, directory, options):
    path = os.path.join(directory, "constant.sock")
    backend = Process("constant", [CONSTANT, "unix", path, "2"], directory)
    wait_until(lambda: os.path.exists(path), backend)
    config, overrides = shipped("remote-unix.conf",
                                {"/run/groupring/remote.sock": path})
    return Pdns(directory, config, overrides, options, "any", [backend])


def constant_http(world, directory, options):
    port = free_port()
    backend = Process("constant", [CONSTANT, "http", str(port)], directory)
    config, overrides = shipped("remote-http.conf",
                                {"127.0.0.1:8470": f"127.0.0.1:{port}"})
    return Pdns(directory, config, overrides, options, "any", [backend])


def zone_file(directory, records):
    zone = os.path.join(directory, "example.org.zone")
    with open(zone, "w") as file:
        file.write(f"$TTL 60\n$ORIGIN example.org.\n@ IN SOA {SOA}\n"
                   f"@ IN NS ns1\nns1 IN A 192.0.2.1\n{records}\n")
    named = os.path.join(directory, "named.conf")
    with open(named, "w") as file:
        file.write(f'zone "example.org" {{ type native; file "{zone}"; }};\n')
    return named


def of_bind(directory, named, more):
    config = os.path.join(directory, "bind.conf")
    with open(config, "w") as file:
        file.write("launch=bind\nbind-config=" + named + "\n"
                   "edns-subnet-processing=yes\nconsistent-backends=no\n"
                   "receiver-threads=2\nreuseport=yes\n"
                   "disable-axfr=yes\nsecurity-poll-suffix=\n" + more)
    return config


def lua(function, mode):
    """One address of each group, which is the least for Lua to read."""
    def start(world, directory, options):
        def choice(family):
            return ",".join("{100,'%s'}" % addresses[family][0]
                            for addresses in GROUPS.values())
        named = zone_file(directory, "\n".join(
            f'ftp IN LUA {qtype} "{function}({{{choice(family)}}})"'
            for family, qtype in enumerate(("A", "AAAA"))))
        config = of_bind(directory, named, f"enable-lua-records={mode}\n"
                         "distributor-threads=8\n")
        return Pdns(directory, config, [], options, "any")
    return start


def bind(world, directory, options):
    named = zone_file(directory, "ftp IN A 203.0.113.11\n"
                                 "ftp IN AAAA 2001:db8:1::11")
    config = of_bind(directory, named, "distributor-threads=1\ncache-ttl=0\n"
                     "query-cache-ttl=0\nnegquery-cache-ttl=0\n")
    return Pdns(directory, config, [], options, "any")


CONTESTANTS = {
    "remote-unix": of_groupring("remote-unix.conf"),
    "remote-http": of_groupring("remote-http.conf"),
    "remote-pipe": of_groupring("remote-pipe.conf"),
    "pipe-unix": of_groupring("pipe-unix.conf"),
    "pipe-abi": of_groupring("pipe-abi.conf"),
    "embedded": of_groupring("embedded.conf"),
    "signed-unix": signed("remote-unix.conf"),
    "signed-embedded": signed("embedded.conf"),
    "constant-unix": constant_unix,
    "constant-http": constant_http,
    "lua-yes": lua("pickwhashed", "yes"),
    "lua-shared": lua("pickwhashed", "shared"),
    "bind": bind,
}


def pdns_version():
    output = subprocess.run(["pdns_server", "--version"], capture_output=True,
                            text=True)
    found = re.search(r"\d+\.\d+\.\d+", output.stdout + output.stderr)
    return found.group() if found else "0.0.0"


def contestants():
    """All of them that this PowerDNS can run."""
    found = dict(CONTESTANTS)
    major, minor = pdns_version().split(".")[:2]
    if (int(major), int(minor)) >= (4, 9):
        found["lua-pickchashed"] = lua("pickchashed", "shared")
    return found
