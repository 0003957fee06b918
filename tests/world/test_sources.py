"""Sources of the shipped world and of the library: where they are read, when, and under which licence.

Laws are quoted from their own text, no page of a stranger is linked, and nothing is newer than the project itself.
"""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from sim.analysis.roundabout import FILE, read_figures
from sim.dates import first_day
from sim.world.tables import schema
from sim.world.tables.read import find_world, read_tables

ROOT = Path(__file__).parents[2]
LICENCES = {"facts", "public domain", "CC BY 4.0", "CC BY-SA 4.0"}
SPAM_WORDS = re.compile(r"bikini|jizz|casino|slot|porn|sex|escort|libproxy|tube|pills|loan|123451")
COPIES = re.compile(  # hosts that copy pages of others, or were taken over: seen among the sources once
    r"acmesponge|baijiantest|blh621|breakinglatest|cabb123|cfapps|chaxiaohao|cngulu|cppjump|danfetv|dailynewsweb"
    r"|elivebrescia|europesays|ffhr\.cz|ggjmjx|healinghands|hmeonline|houyingdance|huangvipo|idtheft|jieyan321"
    r"|jizihe|localnewswave|manateeherald|naghshcarpet|pdfslide|piglix|qwxb|real-mccoys|rhxfkj|shujuqiu|sjfzxm"
    r"|timmybuy|ttav89|xinmeiw|yjtextile|yuzhongnet|zipub|06666c|hbzqbyyxgs|blogspot"
)
LAW = re.compile(
    r"Public Law|U\.S\.C\.|\bFR \d|Executive Order|withhold release order|\((?:EU|EC)\)|EWCA|Customs Tariff|"
    r"Diario Oficial|Council Implementing|State Council"
)
LAWS_OF_THE_LIBRARY = {"china_state_council_2023_xinjiang_zone", "eu_regulation_2024_3015"}  # named by their titles
OF_LAW = ("import_ban", "export_control", "de_minimis", "zone")


@pytest.fixture(scope="module", params=["xinjiang", "russia"])
def tables(request):
    return read_tables(find_world(request.param))


@pytest.fixture(scope="module")
def sources(tables):
    return tables.sources


@pytest.fixture(scope="module")
def newest():
    """The newest date in a heading of the changelog: the state of the project."""
    heads = re.findall(r"^## .*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    return max(date.fromisoformat(day) for head in heads for day in re.findall(r"\d{4}-\d\d-\d\d", head))


def measures():
    for path in sorted((ROOT / "conf" / "regime").rglob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
        for name, measure in (content.get("measures") or {}).items():
            yield f"{path.stem}.{name}", measure


def test_each_source_says_its_licence(sources):
    assert set(sources["licence"]) <= LICENCES
    geonames = sources[sources["publisher"].str.contains("GeoNames")]
    assert set(geonames["licence"]) <= {"CC BY 4.0"}


def test_no_source_is_linked_on_a_page_of_spam(sources):
    linked = {row.source: urlsplit(row.url).hostname for row in sources.itertuples() if row.url}
    assert all(linked.values()), "an address without a host"
    bad = {
        source: host
        for source, host in linked.items()
        if SPAM_WORDS.search(host) or COPIES.search(host) or host.endswith(".") or re.search(r"\d{5}", host)
    }
    assert not bad


def test_dates_are_dates_and_none_is_newer_than_the_project(sources, newest):
    for row in sources.itertuples():
        if row.date:
            assert re.fullmatch(r"\d{4}(-\d\d){0,2}", row.date), f"{row.source}: {row.date}"
            assert first_day(row.date) <= newest, row.source
        else:
            assert "undated" in row.note, row.source
    for name, measure in measures():
        for text in re.findall(r"\b20\d\d-\d\d(?:-\d\d)?\b", str(measure.get("source", ""))):
            assert first_day(text) <= newest, name


def test_what_a_law_orders_is_quoted_from_the_law_first():
    for name, measure in measures():
        source = str(measure.get("source", ""))
        if measure.get("instrument") in OF_LAW and source != "assumed":
            assert LAW.search(source.split(";", maxsplit=1)[0]), f"{name}: {source}"


def test_published_figures_end_with_2024(tables):
    """Trade, traffic and enforcement of later years are kept for judging forecasts."""
    assert tables.observed["to_date"].max() <= date(2024, 12, 31)


def test_no_capacity_rests_on_traffic_of_later_years(tables, sources, newest):
    """What is not built yet is known from its plan; all else from what was known by the end of 2024, or assumed."""
    day = sources.set_index("source")["date"].map(lambda text: first_day(text) if text else date.min)
    crossings = tables.crossings
    built = crossings[(crossings["quantity"] == "capacity") & (crossings["from_date"] <= newest)]
    for row in built.itertuples():
        late = [source for source in row.source.split() if source != "assumed" and day[source].year > 2024]
        assert not late, f"crossings.csv row {row.Index}: {late}"


def test_a_figure_worked_out_from_a_later_page_says_so(tables, sources):
    day = sources.set_index("source")["date"]
    observed = tables.observed
    for row in observed[observed["derived"] == "yes"].itertuples():
        if any(day[source][:4] > "2024" for source in row.source.split()):
            assert re.search("derived|carried back", row.note), row.observation


def test_every_source_of_facts_is_cited(tables, sources):
    figures = tables.folder / FILE  # published figures of a study stand beside the tables
    beside = read_figures(tables.folder)["source"].str.split().explode() if figures.exists() else []
    cited = set(beside) | {
        source
        for table in schema.TABLES
        if "source" in {column.name for column in table.columns} and table.name != "sources"
        for words in getattr(tables, table.name)["source"]
        for source in words.split()
    }
    facts = sources[sources["licence"] != "public domain"]
    assert set(facts["source"]) - cited <= LAWS_OF_THE_LIBRARY


def test_the_readme_counts_the_rows_that_are_there():
    folder = find_world("xinjiang")
    tables = read_tables(folder)
    said = re.findall(
        r"^\| `(\w+)\.csv` \| (\d+) \| ?(\d*) ?\|", (folder / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name for name, *_ in said} == {path.stem for path in folder.glob("*.csv")}
    for name, rows, assumed in said:
        table = getattr(tables, name)
        assert len(table) == int(rows), name
        if assumed:
            assert sum("assumed" in row.split() for row in table["source"]) == int(assumed), name
