"""What the documents name is there: files, and functions by module. The site has every page and asks nobody."""

import csv
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LLMS = ROOT / "llms.txt"
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")),
]
MODEL = ROOT / "docs" / "model.md"


def named(text: str) -> list[str]:
    """List what stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", [*PAGES, LLMS], ids=[str(page.relative_to(ROOT)) for page in [*PAGES, LLMS]])
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_files_that_pages_name_exist(page: Path) -> None:
    files = [
        name.partition(":")[0].split()[0]
        for name in named(page.read_text(encoding="utf-8"))
        if name.startswith(("sim/", "docs/", "tests/", "conf/", "experiments/")) and "NAME" not in name
    ]
    assert [file for file in files if not (ROOT / file).exists()] == []
    assert len(files) > 10 or page != MODEL


def test_functions_that_the_model_page_names_exist() -> None:
    kernels = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py")}
    calls = re.findall(r"\b([a-z_]+)\.([a-z_]+)\b", " ".join(named(MODEL.read_text(encoding="utf-8"))))
    calls = [(module, name) for module, name in calls if module in kernels and name not in ("py", "md", "csv")]
    assert len(calls) > 10
    assert [call for call in calls if f"def {call[1]}(" not in kernels[call[0]]] == []


def test_files_that_settings_and_code_name_exist() -> None:
    sources = [*(ROOT / "conf").rglob("*.yaml"), *(ROOT / "sim").rglob("*.py"), *(ROOT / "experiments").glob("*.py")]
    files = {
        file
        for source in sources
        for file in re.findall(r"\b(?:sim|docs|tests|conf)/[\w/-]+\.(?:py|csv|md|yaml)\b", source.read_text("utf-8"))
    }
    assert len(files) > 10
    assert [file for file in sorted(files) if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_each_page_ends_with_what_to_read_next(page: Path) -> None:
    last = page.read_text(encoding="utf-8").rstrip().split("\n\n")[-1]
    assert last.startswith(("**Read next:** ", "What to read next: "))


def leaves(nav: object) -> list[str]:
    """List the pages of a navigation, in its order."""
    if isinstance(nav, str):
        return [nav]
    inside = nav.values() if isinstance(nav, dict) else nav
    return [page for part in inside for page in leaves(part)]


@pytest.fixture(scope="module")
def site() -> dict:
    return yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))


def test_the_site_has_every_page_once(site: dict) -> None:
    pages = leaves(site["nav"])
    assert len(pages) == len(set(pages))
    assert [page for page in pages if not (ROOT / page).exists()] == []
    led_to = {"docs/README.md", *(f"docs/decisions/{page.name}" for page in (ROOT / "docs/decisions").glob("[!R]*.md"))}
    assert {str(page.relative_to(ROOT)) for page in PAGES} - led_to - set(pages) == set(), (
        "give it a place in mkdocs.yml"
    )


def test_the_site_has_a_search_and_asks_nobody(site: dict) -> None:
    assert site["plugins"] == ["search"]
    assert site["theme"]["font"] is False
    assert not {"repo_url", "extra_css", "extra_javascript", "extra"} & set(site)


def test_nothing_hints_at_the_project_that_has_the_name_on_the_public_index() -> None:
    files = [*PAGES, *(ROOT / "sim").rglob("*.py"), *(ROOT / "experiments").glob("*.*"), LLMS, ROOT / "Makefile"]
    found = re.compile(r"install [^\n`]*?(?<![\w./-])['\"]?reroute(?![\w-])(?=['\"\[\s=<>~`]|$)")
    assert [str(file) for file in files if found.search(file.read_text(encoding="utf-8"))] == []


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (PROJECT["version"], PROJECT["license"])


def test_the_page_of_licences_names_each_licence_of_a_source() -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for table in (ROOT / "sim" / "data").glob("*/sources.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            licences = {row["licence"] for row in csv.DictReader(file)}
        assert [each for each in licences if f"| {each} |" not in page] == []
