"""A Redis and a `groupring serve` of a test's own, for tests in Python."""
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request


def wait_until(condition, what, seconds=180):
    """Returns what the condition returns once that is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s for {what}")


def started(command, pattern, log):
    """A process whose log says that it is there, and what matched."""
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out,
                                   stdin=subprocess.DEVNULL)

    def ready():
        text = pathlib.Path(log).read_text(errors="replace")
        if process.poll() is not None:
            raise AssertionError(f"{command[0]} ended:\n{text}")
        return re.search(pattern, text)

    return process, wait_until(ready, f"{command[0]} to start")


def stop(process):
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Service:
    def __init__(self, program, settings=""):
        self.program = str(program)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="groupring-"))
        self.redis_socket = self.directory / "redis.sock"
        self.remote_socket = self.directory / "remote.sock"
        self.config = self.directory / "groupring.toml"
        self.config.write_text(
            f'[redis]\nurl = "unix://{self.redis_socket}"\n'
            f'[listen]\nremote_unix = "{self.remote_socket}"\n'
            f'pipe_unix = ""\ncontrol = "{self.directory}/control.sock"\n'
            f'http = "127.0.0.1:0"\n'
            f'[state]\ndirectory = "{self.directory}/state"\n'
            f'[node]\nname = "ns1"\n' + settings)
        (self.directory / "state").mkdir()
        self.redis = self.serve = self.checker = None
        self.start_redis()

    def start_redis(self):
        self.redis, _ = started(
            ["redis-server", "--port", "0", "--unixsocket",
             str(self.redis_socket), "--dir", str(self.directory), "--save",
             "", "--appendonly", "yes"],
            "eady to accept connections", self.directory / "redis.log")

    def stop_redis(self):
        stop(self.redis)

    def start(self):
        self.serve, found = started(
            [self.program, "serve", "--config", str(self.config)],
            r"listening on (http://[0-9.:]+)/", self.directory / "serve.log")
        self.url = found.group(1)
        wait_until(lambda: self.get("/livez")[0] == 200, "serve to answer")

    def start_checker(self):
        self.checker, _ = started(
            [self.program, "checker", "--config", str(self.config)],
            " checks as ", self.directory / "checker.log")

    def cli(self, *arguments):
        done = subprocess.run(
            [self.redis_cli(), "-s", str(self.redis_socket), *arguments],
            capture_output=True, text=True, check=True)
        return done.stdout.strip()

    @staticmethod
    def redis_cli():
        return shutil.which("redis-cli") or "redis-cli"

    def run(self, *arguments):
        done = subprocess.run(
            [self.program, *arguments, "--config", str(self.config)],
            capture_output=True, text=True)
        if done.returncode != 0:
            raise AssertionError(
                f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def get(self, path):
        """Status, headers and text."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                return (answer.status, dict(answer.headers),
                        answer.read().decode())
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read().decode()

    def ask(self, name, clients, resolver="192.0.2.53"):
        """Asks as PowerDNS does, once for each client."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.remote_socket))
        connection.settimeout(60)
        lines = connection.makefile("rw")
        for client in clients:
            lines.write(
                '{"method":"lookup","parameters":{"qtype":"ANY","qname":"'
                f'{name}","remote":"{resolver}","local":"0.0.0.0",'
                f'"real-remote":"{client}","zone-id":-1}}}}\n')
            lines.flush()
            lines.readline()
        connection.close()

    def close(self):
        stop(self.checker)
        stop(self.serve)
        stop(self.redis)
        shutil.rmtree(self.directory, ignore_errors=True)
