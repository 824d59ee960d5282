"""The service that the page is looked at with."""
import socket

HOSTILE = '<script>document.title="owned"</script>'
HOSTILE_REASON = '"><img src=x onerror="document.title=1"><b class=evil>bold'


class Proxies:
    """Addresses of this host on which something listens, and one on which
    nothing does."""

    def __init__(self):
        self.sockets = []
        self.port = 0
        for group in range(1, 5):
            for host in (1, 2):
                if (group, host) == (4, 2):
                    continue
                listener = socket.socket()
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((f"127.0.{group}.{host}", self.port))
                listener.listen(64)
                self.port = listener.getsockname()[1]
                self.sockets.append(listener)

    def close(self):
        for listener in self.sockets:
            listener.close()


def fill(service, port):
    """Four groups: proxy-2 drains, proxy-3 is disabled, and of proxy-4 one
    address does not answer."""
    run, cli = service.run, service.cli
    cli("HSET", "example.org:CONFIG", "SOA",
        "ns1.example.net hostmaster.example.org 1 10800 3600 604800 60",
        "NS", "ns1.example.net")
    cli("HSET", "ftp.example.org:CONFIG", "TTL", "60")
    for group in range(1, 5):
        cli("SADD", f"proxy-{group}:A", f"127.0.{group}.1", f"127.0.{group}.2")
        cli("SADD", f"proxy-{group}:AAAA", f"2001:db8:{group}::/64")
        cli("SADD", "ftp.example.org:GROUPS", f"proxy-{group}")
    cli("HSET", "groupring:check", "PROBES", f"tcp:{port}", "INTERVAL", "1",
        "TIMEOUT", "1", "FALL", "1")
    run("group", "drain", "proxy-2", "--over", "24h", "--reason",
        "kernel upgrade")
    run("group", "disable", "proxy-3", "--reason", "disk is failing",
        "--force")


def add_hostile(service):
    service.cli("SADD", f"{HOSTILE}:A", "192.0.2.99")
    service.cli("SADD", "ftp.example.org:GROUPS", HOSTILE)
    service.cli("HSET", f"{HOSTILE}:STATE", "state", "disabled", "reason",
                HOSTILE_REASON, "by", "<i>mallory</i>")
    service.cli("XADD", "groupring:audit", "*", "who", "<u>mallory</u>", "what",
                "group disable", "target", HOSTILE, "reason", HOSTILE_REASON,
                "before", "<hr>", "after", "<table>")


def clients(count):
    return [f"198.{18 + i // 65536}.{i // 256 % 256}.{i % 256}"
            for i in range(0, count * 256, 256)]
