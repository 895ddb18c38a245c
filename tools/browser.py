"""A Chromium that watches what pages do and prints them, and a server for a folder."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def find_browser() -> tuple[str, str] | None:
    """Return the paths of Chromium and its driver, or None when there is none here."""
    chromium = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUMS)), None
    )
    driver = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")
    return (chromium, driver) if chromium and driver else None


class Browser:
    """One headless Chromium; remembers what each visited page logged and asked for."""

    def __init__(self, chromium: str, driver: str) -> None:
        options = Options()
        options.binary_location = chromium
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        for flag in FLAGS:
            options.add_argument(flag)
        self.chrome = Chrome(options=options, service=Service(driver))
        self.chrome.set_page_load_timeout(30)

    def close(self) -> None:
        """End the browser."""
        self.chrome.quit()

    def emulate(self, *, dark: bool = False, width: int = 1280, media: str = "") -> None:
        """Choose the colour scheme, the width of the window, and screen or print."""
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"},  # nothing half faded in
        ]
        self.chrome.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": features}
        )
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, url: str) -> None:
        """Load a page and wait until it stands still."""
        for kind in ("browser", "performance"):
            self.chrome.get_log(kind)  # what came before is not this page's
        self.chrome.get(url)
        self.settle()

    def settle(self) -> None:
        """Wait until the fonts are there and the page has been laid out."""
        self.chrome.execute_async_script(
            "const done = arguments[0];"
            "document.fonts.ready.then(() => requestAnimationFrame(() => setTimeout(done)));"
        )

    def press(self, keys: str, *, control: bool = False) -> None:
        """Type on the keyboard, wherever the focus is."""
        chain = ActionChains(self.chrome)
        if control:
            chain.key_down(Keys.CONTROL).send_keys(keys).key_up(Keys.CONTROL)
        else:
            chain.send_keys(keys)
        chain.perform()

    def wait(self, script: str, seconds: float = 10) -> Any:
        """Wait until a script returns something true, and return it."""
        return WebDriverWait(self.chrome, seconds, poll_frequency=0.05).until(
            lambda chrome: chrome.execute_script(script), f"never true: {script}"
        )

    def unroll(self) -> None:
        """Lay out at once what the page leaves for later, far below the window."""
        self.run(
            "const style = document.head.appendChild(document.createElement('style'));"
            "style.textContent = '* { content-visibility: visible !important; }';"
        )
        self.settle()

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page and return its value."""
        return self.chrome.execute_script(script, *arguments)

    def console_errors(self) -> list[str]:
        """Return what the page wrote to the console as an error."""
        log = self.chrome.get_log("browser")
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def network(self) -> tuple[list[str], list[str]]:
        """Return the addresses that the page asked for, and those among them that failed."""
        asked: dict[str, str] = {}
        failed: list[str] = []
        for entry in self.chrome.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            method, values = message["method"], message["params"]
            if method == "Network.requestWillBeSent":
                asked[values["requestId"]] = values["request"]["url"]
            elif method == "Network.loadingFailed":
                failed.append(asked.get(values["requestId"], "?") + " " + values["errorText"])
            elif method == "Network.responseReceived" and values["response"]["status"] >= 400:
                failed.append(f"{values['response']['url']} {values['response']['status']}")
        return list(asked.values()), failed


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Keep the tests' output free of one line per request."""

    def send_error(self, code: int, *args: Any, **kwargs: Any) -> None:
        """Answer what is not there with ``404.html``, as public hosts do."""
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, *args, **kwargs)
            return
        content = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on localhost and give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
