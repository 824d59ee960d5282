"""Servers of one measurement: private, on loopback, ended by their ids."""
import os
import signal
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.environ.get("GROUPRING_BUILD", os.path.join(ROOT, "build"))
GROUPRING = os.path.join(BUILD, "groupring")
LIBRARY = os.path.join(BUILD, "libgroupring.so")
LOAD = os.path.join(BUILD, "tests/bench/bench_load")
CONSTANT = os.path.join(BUILD, "tests/bench/bench_constant")
TICKS = os.sysconf("SC_CLK_TCK")


def unit_environment():
    """That of this process and of groupring.service: what users run."""
    environment = dict(os.environ)
    with open(os.path.join(ROOT,
                           "pdns-config/systemd/groupring.service")) as unit:
        for line in unit:
            if line.startswith("Environment="):
                name, value = line.strip().split("=", 2)[1:]
                environment[name] = value
    return environment


def free_port():
    """A port that is free for TCP and UDP now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until(condition, process=None, limit=30):
    """Whether the condition holds before the limit and the process' end."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.005)
    return False


class Process:
    """A running program; its log is beside its data."""

    def __init__(self, role, argv, directory, environment=None):
        self.role = role
        self.log_file = os.path.join(directory, role + ".log")
        with open(self.log_file, "ab") as log:
            self.popen = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment)

    def log(self):
        with open(self.log_file, errors="replace") as log:
            return log.read()[-4000:]

    def poll(self):
        return self.popen.poll()

    def stop(self):
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()

    def _tree(self):
        waiting, found = [self.popen.pid], []
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                for task in os.listdir(f"/proc/{pid}/task"):
                    with open(f"/proc/{pid}/task/{task}/children") as children:
                        waiting += [int(c) for c in children.read().split()]
            except OSError:
                pass
        return found

    def cpu(self):
        """{role: (seconds in programs, seconds in the kernel)} so far."""
        seconds = {}
        for pid in self._tree():
            try:
                with open(f"/proc/{pid}/stat") as stat:
                    text = stat.read()
            except OSError:
                continue
            name = text[text.index("(") + 1:text.rindex(")")]
            fields = text[text.rindex(")") + 2:].split()
            role = "groupring" if name == "groupring" else self.role
            user, kernel = seconds.get(role, (0, 0))
            seconds[role] = (user + int(fields[11]) / TICKS,
                             kernel + int(fields[12]) / TICKS)
        return seconds

    def rss_megabytes(self):
        with open(f"/proc/{self.popen.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        return 0


class Redis:
    """A redis-server of our own, reached over its unix socket."""

    def __init__(self, directory):
        self.socket = os.path.join(directory, "redis.sock")
        self.process = Process("redis", [
            "redis-server", "--port", "0", "--unixsocket", self.socket,
            "--save", "", "--appendonly", "no", "--dir", directory], directory)
        if not wait_until(lambda: self._pings(), self.process):
            raise RuntimeError("redis-server: " + self.process.log())

    def _pings(self):
        return os.path.exists(self.socket) and \
            subprocess.run(["redis-cli", "-s", self.socket, "PING"],
                           capture_output=True).stdout == b"PONG\n"

    @property
    def url(self):
        return "unix://" + self.socket

    def run(self, commands):
        done = subprocess.run(["redis-cli", "-s", self.socket],
                              input=commands.encode(), capture_output=True)
        if done.returncode != 0 or b"ERR" in done.stdout:
            raise RuntimeError("redis-cli: " + done.stdout.decode()[-500:])


class RedisConnection:
    """Commands one after another, without the start of a redis-cli."""

    def __init__(self, redis):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(redis.socket)

    def call(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            word = str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
        self.socket.sendall(b"".join(parts))
        reply = self.socket.recv(65536)
        if reply.startswith(b"-"):
            raise RuntimeError(reply.decode())
        return reply

    def read_all(self, *words):
        """Text of a reply of any length. REQUIRES: nothing else is asked."""
        text = self.call(*words).decode()
        marker = "end-of-reply"
        # What is echoed afterwards ends it.
        self.socket.sendall(b"*2\r\n$4\r\nECHO\r\n$%d\r\n%s\r\n" %
                            (len(marker), marker.encode()))
        while not text.endswith(marker + "\r\n"):
            text += self.socket.recv(65536).decode()
        return text


def settings_file(directory, redis, http_port):
    """A groupring.toml in the directory; its path."""
    path = os.path.join(directory, "groupring.toml")
    with open(path, "w") as file:
        file.write(f'[redis]\nurl = "{redis.url}"\n\n[listen]\n'
                   f'remote_unix = "{directory}/remote.sock"\n'
                   f'pipe_unix = "{directory}/pipe.sock"\n'
                   f'http = "127.0.0.1:{http_port}"\n'
                   f'control = "{directory}/control.sock"\n\n[state]\n'
                   f'directory = "{directory}/state"\n')
    return path


class Groupring:
    """`groupring serve`, once it has loaded."""

    def __init__(self, directory, redis):
        self.directory = directory
        self.http_port = free_port()
        self.settings = settings_file(directory, redis, self.http_port)
        self.process = Process(
            "groupring", [GROUPRING, "serve", "--config", self.settings],
            directory, unit_environment())
        if not wait_until(self.answers, self.process):
            raise RuntimeError("groupring: " + self.process.log())

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as stream:
                stream.connect(os.path.join(self.directory, "remote.sock"))
                stream.sendall(b'{"method":"getAllDomains",'
                               b'"parameters":{"include_disabled":true}}\n')
                return b'"zone"' in stream.recv(65536)
        except OSError:
            return False
