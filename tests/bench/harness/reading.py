"""Whether anything that people ask delays an answer: latencies at
a steady rate, alone, and while all pages and read commands are asked in loops."""
import http.client
import json
import os
import socket
import subprocess
import tempfile
import threading

from harness.processes import GROUPRING, LOAD
from harness.scaling import Sized, settled_memory

# groups, names, addresses of each group and family
MANY_NAMES = (20, 100000, 4)

PAGES = ("/api/v1/status", "/api/v1/groups", "/api/v1/group?group=g1",
         "/api/v1/group?group=gone", "/api/v1/name?name=n7.example.org",
         "/api/v1/name?name=gone.example.org",
         "/api/v1/explain?name=n7.example.org&client=198.51.100.7", "/readyz")
BACKEND_COMMANDS = ("status", "group list --json", "group show g1 --json",
                    "group show gone", "name list --json --limit 10000",
                    "name show n7.example.org", "name show gone.example.org",
                    "explain n7.example.org 198.51.100.7")
PROGRAM_COMMANDS = (("status",), ("group", "list", "--json"),
                    ("group", "show", "g1"), ("name", "list", "--json"),
                    ("name", "show", "n7.example.org"), ("nodes",),
                    ("explain", "n7.example.org", "198.51.100.7"))


class Readers:
    """Ask in loops until they are told to stop; `asked` counts."""

    def __init__(self, sized):
        self.sized = sized
        self.stopped = threading.Event()
        self.asked = {"pages": 0, "backend-cmd": 0, "commands": 0, "refused": 0}
        self.errors = []
        self.threads = [threading.Thread(target=self._guard, args=(each,))
                        for each in (self.read_pages, self.read_backend,
                                     self.run_commands)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        if self.errors:
            raise RuntimeError(self.errors[0])

    def _guard(self, read):
        # The processors belong to what is asked, and not to the program that reads it.
        if read != self.run_commands:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        try:
            while not self.stopped.is_set():
                read()
        except Exception as error:  # pylint: disable=broad-except
            self.errors.append(f"{read.__name__}: {error!r}")

    def read_pages(self):
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.sized.groupring.http_port, timeout=60)

        def get(path):
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            self.asked["pages"] += 1
            self.asked["refused"] += response.status == 503
            return json.loads(body) if path.startswith("/api") else {}

        for path in PAGES:
            get(path)
        after = ""
        while not self.stopped.is_set():
            after = get("/api/v1/names?after=" + after).get("next")
            if after is None:
                break
        connection.close()

    def read_backend(self):
        with socket.socket(socket.AF_UNIX) as stream:
            stream.connect(os.path.join(self.sized.directory, "remote.sock"))
            lines = stream.makefile("rb")
            for command in BACKEND_COMMANDS:
                stream.sendall(json.dumps(
                    {"method": "directBackendCmd",
                     "parameters": {"query": command}}).encode() + b"\n")
                json.loads(lines.readline())
                self.asked["backend-cmd"] += 1
            stream.sendall(b'{"method":"list","parameters":'
                           b'{"zonename":"example.org.","domain_id":-1}}\n')
            if b"n7.example.org" not in lines.readline():
                raise RuntimeError("the zone is not listed")
            self.asked["backend-cmd"] += 1

    def run_commands(self):
        for command in PROGRAM_COMMANDS:
            if self.stopped.is_set():
                return
            subprocess.run([GROUPRING, *command, "--config",
                            self.sized.groupring.settings],
                           stdout=subprocess.DEVNULL, check=True)
            self.asked["commands"] += 1


def while_read(say, rate=2000, seconds=6, turns=5):
    """Of each, the turn in the middle, but for the machine's own stalls."""
    def without_stalls(result):
        return result.get("without_stalls", result)

    with tempfile.TemporaryDirectory() as directory:
        sized = Sized(directory, MANY_NAMES)
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

            memory = sized.groupring.process.rss_megabytes()
            results = {"rate": rate, "quiet": [], "reading": []}
            asked = {}
            for _ in range(turns):
                results["quiet"].append(load())
                with Readers(sized) as readers:
                    results["reading"].append(load())
                for what, count in readers.asked.items():
                    asked[what] = asked.get(what, 0) + count
            for kind in ("quiet", "reading"):
                ordered = sorted(results[kind],
                                 key=lambda r: without_stalls(r)["p999_us"])
                middle = ordered[len(ordered) // 2]
                middle["lost"] = sum(r["lost"] for r in results[kind])
                middle["worst_us"] = max(without_stalls(r)["max_us"]
                                         for r in results[kind])
                results[kind] = middle
                say(f"{kind}: p50 {middle['p50_us']:.0f} us, p99.9 "
                    f"{middle['p999_us']:.0f} us (without stalls "
                    f"{without_stalls(middle)['p999_us']:.0f} us), slowest of "
                    f"all turns {middle['worst_us']:.0f} us, wrong "
                    f"{middle['wrong']}, lost {middle['lost']}")
            results["asked"] = asked
            results["memory_mb"] = round(
                sized.groupring.process.rss_megabytes() - memory, 1)
            say(f"asked meanwhile: {asked}; memory: "
                f"{results['memory_mb']:+.1f} MB")
            return results
        finally:
            if server is not None:
                server.stop()
            sized.stop()
