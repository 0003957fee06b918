"""The page in a browser: on a screen, on two phones, and on paper."""

import re

import pytest

from sim.report import style
from tests.browser import CHROMIUM, measured, printed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed, so no page is opened in a browser"),
]
SCREEN, PHONE, SMALL = 1440, 390, 320


@pytest.fixture(scope="module")
def shown(page, tmp_path_factory):
    return measured(page, (SCREEN, PHONE, SMALL), tmp_path_factory.mktemp("browser"))


@pytest.mark.parametrize("width", [SCREEN, PHONE, SMALL])
def test_nothing_is_wider_than_the_screen_and_nothing_is_asked_from_outside(shown, width) -> None:
    told = shown[width]
    assert told["needs"] <= width
    assert told["asked"] == []
    assert told["undrawn"] == 0


def test_tables_have_captions_headings_are_seen_and_links_lead_somewhere(shown) -> None:
    for told in shown.values():
        assert {key: told[key] for key in ("uncaptioned", "unscoped", "astray", "empty", "hidden")} == {
            "uncaptioned": 0, "unscoped": 0, "astray": 0, "empty": 0, "hidden": 0
        }  # fmt: skip


def test_a_phone_gets_the_narrow_drawings_and_a_screen_the_wide_ones(shown) -> None:
    narrow = int(style.NARROW.inches * style.NARROW.dots)
    assert len(shown[SCREEN]["images"]) >= 3
    assert {pixels for pixels, _ in shown[SCREEN]["images"]} == {int(style.WIDE.inches * style.WIDE.dots)}
    for width in (PHONE, SMALL):
        assert {pixels for pixels, _ in shown[width]["images"]} == {narrow}
        assert all(drawn <= width for _, drawn in shown[width]["images"])


def test_a_printed_page_is_short_and_has_no_empty_sheet(page, tmp_path) -> None:
    sheets = printed(page, tmp_path)
    assert 1 < len(sheets) < 8
    assert [place for place, drawn in enumerate(sheets) if not re.search(rb"\bT[jJ]\b", drawn)] == []
