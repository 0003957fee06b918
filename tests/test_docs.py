"""What the documents name is there: files, and functions by module."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
MODEL = ROOT / "docs" / "model.md"


def named(text: str) -> list[str]:
    """List what stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
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
