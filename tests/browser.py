"""A page as a browser shows it, measured in frames of several widths, and as it is printed."""

import json
import re
import shutil
import subprocess
import zlib
from html import unescape
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PROBE = """
<script>
addEventListener("load", () => {
  const all = (what) => [...document.querySelectorAll(what)];
  const wide = document.documentElement;
  parent.postMessage({
    width: innerWidth,
    needs: wide.scrollWidth,
    asked: performance.getEntriesByType("resource").map((each) => each.name).filter((name) => !/^data:/.test(name)),
    undrawn: all("img").filter((each) => !each.naturalWidth || !each.alt).length,
    images: all(".fits img").map((each) => [each.naturalWidth, Math.round(each.getBoundingClientRect().width)]),
    uncaptioned: all("table").filter((each) => !each.caption || !each.caption.textContent.trim()).length,
    unscoped: all("th").filter((each) => !each.scope).length,
    astray: all('a[href^="#"]').filter((each) => !document.getElementById(each.getAttribute("href").slice(1))).length,
    empty: all("a[download]").filter((each) => each.href.length < 60).length,
    hidden: all("h1, h2, h3").filter((each) => getComputedStyle(each).display === "none").length,
  }, "*");
});
</script>
"""
FRAMES = """<!doctype html><title>frames</title>{frames}<pre id="told"></pre>
<script>
const told = [];
addEventListener("message", (event) => {{
  told.push(event.data);
  document.getElementById("told").textContent = JSON.stringify(told);
}});
</script>"""
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def measured(page: Path, widths: tuple[int, ...], folder: Path) -> dict[int, dict]:
    """Load a page in a frame of each width, and ask it what it shows.

    Parameters
    ----------
    page : Path
        HTML file.
    widths : tuple of int
        Of windows, in pixels.
    folder : Path
        For what the browser writes.

    Returns
    -------
    dict
        Width to what `PROBE` tells.
    """
    probed, frames = folder / "probed.html", folder / "frames.html"
    probed.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{PROBE}</body>"), encoding="utf-8")
    tags = "".join(
        f'<iframe width="{width}" height="800" style="border:0" src="probed.html"></iframe>' for width in widths
    )
    frames.write_text(FRAMES.format(frames=tags), encoding="utf-8")
    dumped = _run("--dump-dom", "--virtual-time-budget=20000", frames.as_uri(), folder=folder)
    found = json.loads(unescape(re.search(r'<pre id="told">(.*?)</pre>', dumped, re.DOTALL)[1]))
    return {each["width"]: each for each in found}


def printed(page: Path, folder: Path) -> list[bytes]:
    """Print a page on paper.

    Parameters
    ----------
    page : Path
        HTML file.
    folder : Path
        For what the browser writes.

    Returns
    -------
    list of bytes
        Of each sheet the commands that draw it.
    """
    path = folder / "page.pdf"
    _run(f"--print-to-pdf={path}", "--no-pdf-header-footer", page.as_uri(), folder=folder)
    pdf = path.read_bytes()
    sheets = [
        each
        for each in re.findall(rb"obj\s*<<(.*?)>>\s*endobj", pdf, re.DOTALL)
        if re.search(rb"/Type\s*/Page\b", each)
    ]
    return [_stream(pdf, int(re.search(rb"/Contents (\d+) 0 R", each)[1])) for each in sheets]


def _stream(pdf: bytes, number: int) -> bytes:
    found = re.search(rb"(?:^|\n)%d 0 obj\s*<<.*?/Length (\d+).*?>>\s*stream\r?\n" % number, pdf, re.DOTALL)
    return zlib.decompress(pdf[found.end() : found.end() + int(found[1])])


def _run(*words: str, folder: Path) -> str:
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
