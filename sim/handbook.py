"""Pages of docs that are printed from settings and from docstrings; `python -m sim.reference` writes them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

from sim.agents import CustomsAgent, FirmAgent, IntermediaryAgent, PortAgent
from sim.model import TradeModel
from sim.notebook import compare, open_results
from sim.paths import shipped
from sim.report.plots import Plots
from sim.results.results import Results

LINE = re.compile(r"^(?P<indent> *)(?P<name>\w+):(?P<value>[^#]*)(?:# (?P<text>.*))?$")
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)

DOORS: tuple[tuple[str, str, tuple[Callable[..., object], ...]], ...] = (
    ("Run and open", "sim.", (compare, open_results)),
    (
        "Read results",
        "results.",
        (
            Results.quantiles,
            Results.paired,
            Results.tidy,
            Results.select,
            Results.wide,
            Results.to_xarray,
            Results.to_excel,
            Results.to_csv,
            Results.to_hub,
        ),
    ),
    (
        "Draw results",
        "results.plot.",
        (Plots.trade, Plots.difference, Plots.map, Plots.crossings, Plots.diverted, Plots.accounts, Plots.timeline),
    ),
    ("Step one run", "TradeModel.", (TradeModel.of, TradeModel.step, TradeModel.run_all)),
    ("Ask an agent", "firm.", (FirmAgent.explain, FirmAgent.explain_table)),
    ("Ask a customs authority", "customs.", (CustomsAgent.explain, CustomsAgent.explain_table)),
    ("Ask a port", "port.", (PortAgent.explain,)),
    ("Ask an intermediary", "intermediary.", (IntermediaryAgent.explain,)),
)
"""What Python code may call: title of the part, what stands before the name, and the functions."""


def settings_page() -> str:
    """Print every plain setting with its default and its line of help, as `conf/config.yaml` has them."""
    lines = [
        "# Settings",
        "",
        "Printed from `conf/config.yaml` by `python -m sim.reference`. `NAME=VALUE` on the command line sets one;",
        "in Python a dot is written `__`. Parameters of behaviour stand on [a page of their own](parameters.md),",
        "the instruments of regimes [on another](regimes.md).",
        "",
        "| setting | default | what it is |",
        "| --- | --- | --- |",
        *(f"| `{name}` | {f'`{value}`' if value else ''} | {text} |" for name, value, text in settings()),
        "",
        "**Read next:** [what is observed](outcomes.md), or [sweeps](sweeps.md) for `design` and `history`.",
    ]
    return "\n".join(lines) + "\n"


def settings() -> list[tuple[str, str, str]]:
    """List name, default and meaning of each setting.

    Returns
    -------
    list of tuple of str
        Name with dots, default as written, text as a cell of a table takes it.
    """
    text = (shipped("conf") / "config.yaml").read_text(encoding="utf-8")
    body = re.sub(r"\n {8,}# ", " ", text[text.index("\ncommand:") : text.index("\nhydra:")])
    rows, group = [], ""
    for found in filter(None, map(LINE.match, body.splitlines())):
        words = (found["text"] or "").replace("|", "\\|").replace("<", "&lt;")
        group = group if found["indent"] else found["name"]
        if found["value"].strip() or words:
            rows.append((f"{group}.{found['name']}" if found["indent"] else group, found["value"].strip(), words))
    return rows


def with_next(page: str, text: str) -> str:
    """End a printed page with what to read next.

    Parameters
    ----------
    page
        Its name.
    text
        As it was printed.
    """
    return f"{text}\n**Read next:** {NEXT[page]}\n" if page in NEXT else text


def python_page() -> str:
    """Print what Python code may call, from its docstrings."""
    lines = [
        "# In Python: every call",
        "",
        "Printed from docstrings by `python -m sim.reference`. [Notebooks](notebooks.md) shows them at work.",
    ]
    for title, before, calls in DOORS:
        lines += ["", f"## {title}"]
        for call in calls:
            lines += ["", f"### `{before}{call.__name__}{_arguments(call)}`", "", *_told(inspect.getdoc(call) or "")]
    lines += ["", "**Read next:** [outcomes](outcomes.md) and [what a simulation holds](state.md)."]
    return "\n".join(lines) + "\n"


def _arguments(call: Callable[..., object]) -> str:
    parts = [each.replace(annotation=each.empty) for each in inspect.signature(call).parameters.values()]
    plain = inspect.Signature([each for each in parts if each.name not in ("self", "cls")])
    return str(plain)


def _told(text: str) -> Iterator[str]:
    """Write a numpydoc docstring as Markdown: the text, then a list for each section."""
    head, *rest = SECTION.split(text)
    yield head.strip().replace("\n", " ")
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if title == "Examples":
            continue
        yield ""
        yield f"*{title}*"
        yield ""
        for entry in re.findall(r"^(\S.*)\n((?:[ ]+.*\n?|\n)*)", body + "\n", re.MULTILINE):
            name, meaning = entry[0], " ".join(entry[1].split())
            yield f"- `{name}`: {meaning}" if meaning else f"- {name}"


NEXT = {
    "state.md": "[architecture](architecture.md), or [one firm](tutorials/one-firm.md), which reads these arrays.",
    "parameters.md": "[calibration](calibration.md): which of these are fitted; [the model](model.md) uses them.",
}
"""What to read after a page that is printed elsewhere."""

BOOK = {"settings.md": settings_page, "python.md": python_page}
