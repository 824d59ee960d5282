"""A real Prometheus with the alerts that operators get, for tests in Python."""
import json
import pathlib
import re
import socket
import urllib.parse
import urllib.request

from support.real_service import started, wait_until

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus:
    """Scrapes the targets every two seconds; alerts fire at once."""

    def __init__(self, directory, targets):
        rules = (TOP / "pdns-config/monitoring/groupring.rules.yml").read_text()
        (directory / "rules.yml").write_text(
            re.sub(r"^( +for:) .*$", r"\1 0s", rules, flags=re.MULTILINE))
        (directory / "prometheus.yml").write_text(
            "global: {scrape_interval: 2s, scrape_timeout: 2s, "
            "evaluation_interval: 1s}\n"
            "rule_files: [rules.yml]\nscrape_configs:\n"
            f"  - job_name: groupring\n    static_configs: "
            f"[{{targets: {json.dumps(targets)}}}]\n")
        self.process = None
        while self.process is None:
            port = free_port()
            self.url = f"http://127.0.0.1:{port}"
            try:
                self.process, _ = started(
                    ["prometheus", f"--config.file={directory}/prometheus.yml",
                     f"--storage.tsdb.path={directory}/prometheus",
                     f"--web.listen-address=127.0.0.1:{port}"],
                    "Server is ready", directory / "prometheus.log")
            except AssertionError as error:
                # Somebody else may have taken the port in between.
                if "address already in use" not in str(error):
                    raise

    def _get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)["data"]

    def value(self, expression):
        """Of its only series; None: there is none, or there are several."""
        query = urllib.parse.urlencode({"query": expression})
        result = self._get(f"/api/v1/query?{query}")["result"]
        return float(result[0]["value"][1]) if len(result) == 1 else None

    def firing(self):
        return {alert["labels"]["alertname"]
                for alert in self._get("/api/v1/alerts")["alerts"]
                if alert["state"] == "firing"}

    def expect(self, alert):
        wait_until(lambda: alert in self.firing(), f"{alert} to fire")
        print(f"{alert} fires")

    def expect_none(self):
        wait_until(lambda: not self.firing(), "no alert to fire")
