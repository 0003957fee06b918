"""Start the app: Streamlit in a process of its own, on this machine alone, and without a word to anybody."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from sim.about import find_world
from sim.config import Config
from sim.errors import InputError
from sim.terminal import say

ADDRESS = "127.0.0.1"
SETTINGS = "REROUTE_EXPLORE"
"""Environment variable in which the settings of the command reach the app."""

KEPT = ("results_dir", "world", "start", "end", "firms")
"""Settings of the command that hold for everything that the app runs."""


def is_asked(config: Config) -> bool:
    """Tell whether `explore` opens the app: it is asked neither for the page nor for one setting."""
    return config.explorer.page is None and config.explorer.setting is None


def serve(config: Config) -> None:
    """Open the app and stay with it until it is stopped.

    Parameters
    ----------
    config : Config
        Checked settings: `explorer.port`, `explorer.headless`, and those of `KEPT`.

    Raises
    ------
    InputError
        If Streamlit or the world is missing, or something else listens at the port.
    """
    find_world(config.world)
    if find_spec("streamlit") is None:
        raise InputError("The app needs Streamlit: python -m pip install streamlit")
    _check_port(config.explorer.port)
    say(f"The app: http://{ADDRESS}:{config.explorer.port} (Ctrl+C stops it)")
    settings = json.dumps({name: getattr(config, name) for name in KEPT})
    try:
        subprocess.run(command_of(config), check=False, env={**os.environ, SETTINGS: settings})
    except KeyboardInterrupt:
        say("The app is stopped; what was run is stored.")


def command_of(config: Config) -> list[str]:
    """Write the command that starts Streamlit.

    Parameters
    ----------
    config : Config
        With the port, and whether no browser is opened.
    """
    options = {
        "server.address": ADDRESS,
        "server.port": config.explorer.port,
        "server.headless": str(config.explorer.headless).lower(),
        "server.fileWatcherType": "none",
        "runner.magicEnabled": "false",
        "server.maxUploadSize": 2,
        "browser.serverAddress": ADDRESS,
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.base": "light",
        "theme.primaryColor": "#005a8c",
    }
    script = str(Path(__file__).with_name("main.py"))
    words = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", script, *words]


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as fault:
            raise InputError(
                f"explorer.port={port}: cannot listen there ({fault.strerror}); take another, as in explorer.port=8502."
            ) from None
