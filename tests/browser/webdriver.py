"""What a test needs of a browser: Debian's chromium by the WebDriver protocol."""
import base64
import json
import pathlib
import shutil
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.real_service import started, stop  # noqa: E402

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    def __init__(self, width=1280, height=1400, dark=False):
        self.directory = tempfile.mkdtemp(prefix="groupring-browser-")
        self.driver, found = started(
            ["chromedriver", "--port=0"], r"started successfully on port (\d+)",
            f"{self.directory}/driver.log")
        self.base = f"http://127.0.0.1:{found.group(1)}/session"
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--hide-scrollbars",
            "--no-first-run", "--disable-extensions",
            f"--user-data-dir={self.directory}/profile",
            f"--window-size={width},{height}"]
        if dark:
            arguments.append("--force-dark-mode")
        session = self._call("POST", "", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "timeouts": {"pageLoad": 60000, "script": 60000},
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments}}}})
        self.base += "/" + session["sessionId"]
        # A phone is narrower than a window of a desktop may be.
        self.command("Emulation.setDeviceMetricsOverride",
                     {"width": width, "height": height,
                      "deviceScaleFactor": 1, "mobile": width < 600})
        if dark:
            self.command("Emulation.setEmulatedMedia", {"features": [
                {"name": "prefers-color-scheme", "value": "dark"}]})

    def _call(self, verb, path, body=None):
        request = urllib.request.Request(
            self.base + path, method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]

    def command(self, name, parameters):
        return self._call("POST", "/goog/cdp/execute",
                          {"cmd": name, "params": parameters})

    def open(self, url):
        self._call("POST", "/url", {"url": url})

    def url(self):
        return self._call("GET", "/url")

    def title(self):
        return self._call("GET", "/title")

    def find(self, selector):
        return [element[ELEMENT] for element in
                self._call("POST", "/elements",
                           {"using": "css selector", "value": selector})]

    def text(self, selector="body"):
        """What a person sees of it."""
        return "\n".join(self._call("GET", f"/element/{element}/text")
                         for element in self.find(selector))

    def type(self, selector, text):
        (element,) = self.find(selector)
        self._call("POST", f"/element/{element}/clear", {})
        self._call("POST", f"/element/{element}/value", {"text": text})

    def click(self, selector):
        (element,) = self.find(selector)
        self._call("POST", f"/element/{element}/click", {})

    def style(self, selector, name):
        return [self._call("GET", f"/element/{element}/css/{name}")
                for element in self.find(selector)]

    def run(self, script):
        return self._call("POST", "/execute/sync",
                          {"script": script, "args": []})

    def log(self):
        """What the browser complains of."""
        return [entry["message"] for entry in
                self._call("POST", "/se/log", {"type": "browser"})
                if "favicon" not in entry["message"]]

    def screenshot(self, path):
        size = self.command("Page.getLayoutMetrics", {})["cssContentSize"]
        shot = self.command("Page.captureScreenshot", {
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size["width"],
                     "height": min(size["height"], 1800), "scale": 1}})
        pathlib.Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        try:
            self._call("DELETE", "")
        finally:
            stop(self.driver)
            shutil.rmtree(self.directory, ignore_errors=True)
