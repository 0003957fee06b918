"""The code blocks of the documents, run: README first, then page by page, all in one folder with one small study.

Python runs as in one notebook; a block that stands on two pages runs once. Commands of `reroute` run where they cost
little or say `debug=fast`; of the others all is held that comes before the first week, as `tests/conf/test_studies.py`
runs each study small. YAML is a regime or plain data; lines that install are held against what the project offers.
"""

import re
import shlex
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from sybil.document import Document
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

from sim.__main__ import checked, main
from sim.policy.language.load import load_regime
from sim.report.style import WIDE, drawn_on
from tests.conftest import COARSE_DOTS

ROOT = Path(__file__).parents[1]
FIRST = ROOT / "README.md"
LANGUAGES = ("python", "sh", "yaml", "csv", "text")
PAGES = [
    page
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "conf").glob("*.md"))
    if page != FIRST and re.search(r"^ *```\w", page.read_text(encoding="utf-8"), re.MULTILINE)
]
PAGES.sort(key=lambda page: (page.parent.name != "docs", page.stem != "notebooks", page))
CHEAP = re.compile(r"^(list|studies|verify|check|new)\b|^export .*export\.outcome=|debug=fast")
INSTALLING = re.compile(
    r"^(git clone|cd|source|py -3|python3? -m (venv|pip)|\.venv[/\\](bin|Scripts)[/\\](python|activate))\b"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MADE_UP = {"FOLDER": "results/compare_regimes/runs", "PATH": "xinjiang"}


class Reader:
    """Who reads the pages in order, in one folder, and tries all that they show."""

    def __init__(self) -> None:
        self.names: dict[str, object] = {}
        self.seen: set[str] = set()
        run = {"python": PythonEvaluator(), "sh": self.shell, "yaml": self.yaml}
        self.parsers = [CodeBlockParser(language, how) for language, how in run.items()]

    def read(self, page: Path) -> int:
        """Try every block of a page; gives their number."""
        document = Document.parse(str(page), *self.parsers)
        document.namespace = self.names
        examples = list(document.examples())
        for example in examples:
            if str(example.parsed) not in self.seen:
                self.seen.add(str(example.parsed))
                example.evaluate()
        return len(examples)

    def shell(self, example) -> None:
        """Try each line of a block."""
        for line in re.sub(r"\\\n\s*", "", str(example.parsed)).splitlines():
            words = shlex.split(line, comments=True)
            key = " ".join([*words[:1], *sorted(words[1:])]).removeprefix(".venv/bin/")
            if not key or key in self.seen:
                continue
            self.seen.add(key)
            if re.fullmatch(r"(\.venv/bin/)?reroute", words[0]) or words[:3] == ["python", "-m", "sim"]:
                self.command(words[3 if words[0] == "python" else 1 :])
            elif words[0] == "make":
                hold_targets(words[1:])
            else:
                hold_installing(line)

    def command(self, words: list[str]) -> None:
        """Run a command, or hold all that comes before its first week."""
        words = [re.sub("|".join(MADE_UP), lambda found: MADE_UP[found[0]], word) for word in words]
        if words == ["--help"]:
            return
        if CHEAP.search(" ".join(words)):
            answer(words)
        else:
            checked(words)
            hold_regimes(words)

    def yaml(self, example) -> None:
        """Load a block as a regime, whole or a part of one, or as plain data."""
        found = yaml.safe_load(str(example.parsed))
        if not isinstance(found, dict) or ("include" not in found and "sender" not in str(found)):
            return
        if "purpose" not in found:
            found = {"purpose": "A part of a regime.", "background": "adds", "measures": found.get("measures", found)}
        Path("mine.yaml").write_text(yaml.safe_dump(found, sort_keys=False), encoding="utf-8")
        load_regime("./mine.yaml")


def answer(words: list[str]) -> None:
    """Give a command and let it end well."""
    before, sys.argv = sys.argv, ["reroute", *words]
    try:
        main()
        code = None
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    assert not code, f"reroute {shlex.join(words)} ended with {code}"


def hold_regimes(words: list[str]) -> None:
    """Hold the regimes that a command names."""
    for names in re.findall(r"\bregimes=\[([^\]]*)\]", " ".join(words)):
        for name in names.split(","):
            load_regime(name)


def hold_targets(words: list[str]) -> None:
    """Hold targets of make."""
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in (word for word in words if "=" not in word):
        assert re.search(rf"^{target}:", rules, re.MULTILINE), f"make {target}: no such target"


def hold_installing(line: str) -> None:
    """Hold a line that installs: what it names is offered, and nothing comes from an index under a name of others."""
    assert INSTALLING.match(line), f"nobody runs {line!r}"
    for extra in re.findall(r"\[([a-z,]+)\]", line):
        assert set(extra.split(",")) <= set(PROJECT["optional-dependencies"]), line
    for wheel in re.findall(r"(\w+)-[\d.]+-py3-none-any\.whl", line):
        assert wheel == PROJECT["name"].replace("-", "_")
    for file in re.findall(r"(?:--constraint|-c|-r) (\S+)", line):
        assert (ROOT / file).exists(), line
    assert not re.search(r"install\b.*\s'?reroute\b(?!-)", line), "reroute on the public index is somebody else's"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder in which blocks run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("reader"))
        yield Path.cwd()


@pytest.fixture(scope="module")
def reader(place):
    """A reader who has read the README, and so has a small study."""
    reader = Reader()
    with drawn_on(replace(WIDE, dots=COARSE_DOTS)):
        assert reader.read(FIRST) > 0
    return reader


@pytest.mark.slow
def test_the_readme_leaves_a_study_that_opens(reader):
    results = reader.names["results"]
    assert reader.names["by_year"]["unit"].unique().tolist() == ["bn yuan"]
    assert Path("results/latest.html").read_bytes() == (results.folder / "page.html").read_bytes()
    assert (results.folder / "tables.xlsx").is_file()


@pytest.mark.slow
@pytest.mark.usefixtures("coarse")
@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_blocks_of_a_page_run(reader, page):
    drawn = reader.names["results"].folder / "page.html"
    done = drawn.stat().st_mtime_ns
    assert reader.read(page) > 0
    assert drawn.stat().st_mtime_ns == done  # nothing was run, drawn or written again


@pytest.mark.slow
def test_the_page_of_notebooks_leaves_its_files(reader):
    reader.read(ROOT / "docs" / "notebooks.md")
    results = reader.names["results"]
    assert repr(results).startswith(f"Results of compare_regimes, signature {results.signature[:8]}")
    assert reader.names["again"].signature == results.signature
    assert Path("two.svg").read_text(encoding="utf-8").count("Kazakhstan")
    assert Path("tables.xlsx").stat().st_size > 0
    assert Path("export/quantiles.csv").is_file()


@pytest.mark.parametrize("page", [FIRST, *PAGES], ids=[str(page.relative_to(ROOT)) for page in [FIRST, *PAGES]])
def test_every_block_says_its_language_and_no_command_hides_outside_of_one(page):
    text = page.read_text(encoding="utf-8")
    marks = re.findall(r"^ *```(\w*)", text, re.MULTILINE)
    assert len(marks) % 2 == 0
    assert set(marks[::2]) <= set(LANGUAGES)
    assert set(marks[1::2]) <= {""}
    outside = re.sub(r"^( *)```.*?^\1```", "", text, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^    (?:reroute|make|python|pip|git|\.venv|import|from) .*", outside, re.MULTILINE) == []


@pytest.mark.parametrize(
    "line",
    [
        "python -m pip install reroute",
        "python -m pip install 'reroute[studies]'",
        "python -m pip install '.[nonsense]'",
        "python -m pip install dist/reroute-0.1.0-py3-none-any.whl",
        "curl example.org",
    ],
)
def test_lines_that_install_something_else_are_told(line):
    with pytest.raises(AssertionError):
        hold_installing(line)


@pytest.mark.parametrize("words", [["regimes=[none,us_ue]"], ["nonsense"], ["design.rums=3"]])
def test_a_wrong_command_on_a_page_is_told(words):
    with pytest.raises(Exception, match="us_eu|did you mean|choose"):
        Reader().command(words)
