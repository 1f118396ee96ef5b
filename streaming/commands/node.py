"""Running a node for somebody: what is printed once it takes people, and the browser."""

import json
import os
import sys
import threading
import webbrowser

from streaming.app import Ready, run
from streaming.config import Settings
from streaming.logs import configure_logs


def run_node(
    settings: Settings,
    *,
    as_json: bool,
    verbose: bool,
    open_browser: bool = False,
    open_links: bool = False,
) -> None:
    """Until SIGINT or SIGTERM. Raises what ``app.run`` raises."""
    configure_logs(verbose=verbose)

    def ready(node: Ready) -> None:
        print(announcement(node) if as_json else greeting(node), flush=True)
        if open_browser:
            _open_browser(node.browser_url or node.origin)

    run(settings, ready=ready, open_links=open_links)


def announcement(node: Ready) -> str:
    """The one line of JSON that a starting program waits for."""
    urls = {
        "cart_url": node.cart_url,
        "expert_url": node.expert_url,
        "observer_url": node.observer_url,
        "camera_url": node.camera_url,
        "origin": node.origin,
    }
    return json.dumps({"ready": True} | {key: url for key, url in urls.items() if url})


def greeting(node: Ready) -> str:
    links = [
        f"  {label}:\n    {url}"
        for label, url in (
            ("Cart, beside the scanner", node.cart_url),
            ("Expert, on any browser that reaches this machine", node.expert_url),
            ("Observer, watching only", node.observer_url),
            ("Probe camera, on a phone or laptop", node.camera_url),
        )
        if url
    ]
    how = "  Links for people: sonopair invite --config FILE --room ROOM --role ROLE"
    return "\n".join([f"Sonopair runs at {node.origin}. Ctrl+C ends it.\n", *(links or [how])])


def _open_browser(url: str) -> None:
    """Only where there is a screen: a text browser would take the terminal over."""
    if sys.platform == "darwin" or os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"}:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
