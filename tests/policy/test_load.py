"""Regimes put together from files, and every fault of a file told in one sentence with its line."""

import json
from datetime import date

import pytest

from sim.errors import InputError
from sim.policy.describe import senders
from sim.policy.instruments import Instrument
from sim.policy.language.load import library, load_regime
from sim.policy.language.measures import role
from sim.terminal import shown

BAN = "{sender: united_states, instrument: import_ban, start: 2022-06-21, source: assumed}"
DUTY = "{sender: japan, instrument: tariff, start: 2022-06-21, level: 0.1, source: assumed}"


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, *lines: str):
        path = tmp_path / name
        path.write_text("\n".join(("purpose: A test.", *lines)) + "\n", encoding="utf-8")
        return path

    return write_file


def by_name(regime):
    return {measure.name: measure for measure in regime.measures}


def test_a_regime_adds_to_the_background_or_replaces_it(write):
    added = load_regime(write("a.yaml", "background: adds", "measures:", f"  ban: {BAN}"))
    alone = load_regime(write("b.yaml", "background: replaces", "measures:", f"  ban: {BAN}"))
    base = by_name(load_regime("none"))
    assert set(by_name(added)) == {*base, "ban"}
    assert set(by_name(alone)) == {"ban"}


def test_what_two_includes_share_counts_once(write):
    write("b.yaml", "background: replaces", "measures:", f"  ban: {BAN}")
    write("c.yaml", "background: replaces", "include: b.yaml", "measures:", f"  duty: {DUTY}")
    regime = load_regime(write("a.yaml", "background: replaces", "include: [b.yaml, c.yaml]"))
    assert [measure.name for measure in regime.measures] == ["ban", "duty"]
    observed = load_regime(write("d.yaml", "background: adds", "include: [background/shocks, none]"))
    assert by_name(observed) == by_name(load_regime("none"))


def test_without_takes_out_of_includes_and_of_the_background(write):
    regime = load_regime(
        write("a.yaml", "background: adds", "include: uflpa", "without: [us_cotton_tomato_order, pandemic]")
    )
    assert "us_import_ban" in by_name(regime)
    assert not {"us_cotton_tomato_order", "pandemic"} & set(by_name(regime))


def test_what_an_included_file_leaves_out_of_the_background_stays_out(write):
    write("b.yaml", "background: adds", "without: pandemic")
    assert "pandemic" not in by_name(load_regime(write("a.yaml", "background: adds", "include: b.yaml")))


@pytest.mark.parametrize(
    ("shift", "start"),
    [
        ("-26 weeks", date(2021, 12, 21)),
        ("1 year", date(2023, 6, 21)),
        ("-4 months", date(2022, 2, 21)),
        ("10 days", date(2022, 7, 1)),
    ],
)
def test_a_start_is_shifted_together_with_its_announcement(write, shift, start):
    moved = f"shift_start: {{us_import_ban: {shift}}}"
    regime = load_regime(write("a.yaml", "background: adds", "include: uflpa", moved))
    ban = by_name(regime)["us_import_ban"]
    assert ban.start == start
    assert ban.announced < start


def test_change_alters_the_named_keys_only(write):
    regime = load_regime(
        write(
            "a.yaml",
            "background: adds",
            "include: uflpa",
            "change: {us_import_ban: {end: 2026, enforcement: {budget: 2}, scope: {kinds: direct}}}",
        )
    )
    old, new = by_name(load_regime("uflpa"))["us_import_ban"], by_name(regime)["us_import_ban"]
    assert (new.end, new.enforcement.budget, new.enforcement.sensitivity) == (date(2026, 12, 31), 2, 1)
    assert (new.start, new.scope.true_origin, new.scope.kinds) == (old.start, "region", ("direct",))


def test_an_exemption_outside_the_scope_is_warned_of(write):
    keys = "sender: japan, instrument: tariff, start: 2022, level: 1, source: assumed, scope: {kinds: direct}"
    lines = (f"  a: {{{keys}, exemptions: [{{kinds: parcel}}]}}", f"  b: {{{keys}, exemptions: [{{end: 2021}}]}}")
    regime = load_regime(write("a.yaml", "background: replaces", "measures:", lines[0]))
    assert len(regime.warnings) == 1
    assert regime.warnings[0].startswith(regime.file + ", line 4: an exemption of 'a' does nothing: parcel of 'kinds'")
    regime = load_regime(write("b.yaml", "background: replaces", "measures:", lines[1]))
    assert "it ends on 2021-12-31, before the measure starts" in regime.warnings[0]


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (["background: adds", "messures: {}"], 3, "The nearest is 'measures'"),
        (["measures: {}"], 1, "'background' is missing"),
        (["background: replace"], 2, "The nearest is 'replaces'"),
        (["background: adds", "include: uflpaa"], 3, "The nearest is 'uflpa'"),
        (["background: adds", "without: pandemik"], 3, "The nearest is 'pandemic'"),
        (["background: adds", "include: uflpa", "shift_start: {us_import_ban: soon}"], 4, "not a shift"),
        (["background: adds", "shift_start: {pandemic: 1 week}"], 3, "a shift cannot move it"),
        (["background: adds", "include: uflpa", "shift_start: {us_import_ban: 9999 years}"], 4, "out of the calendar"),
        (["background: adds", "include: uflpa", "measures:", f"  us_import_ban: {BAN}"], 5, "two of one name"),
        (["background: adds", "measures:", f"  'My ban': {BAN}"], 4, "small letters"),
        (["background: adds", "measures:", "  x: {instrument: import_ban}"], 4, "'sender' is missing"),
        (["background: adds", "measures:", "  x: {instrument: import_bann}"], 4, "The nearest is 'import_ban'"),
        (["background: adds", "measures:", "  x: {purpos: a}"], 4, "unknown key 'purpos'"),
        (["background: adds", "measures: [x]"], 3, "keys with values"),
        (["background: adds", "include: {a: b}"], 3, "a list of names"),
        (["background: adds", "note: The ban: from 2025"], 3, "goes in quotes"),
        (["background: adds", "note: [EU] bans"], 3, "goes in quotes"),
        (["background: adds", "note: 'The ban's end'"], 3, "goes in quotes"),
        (["background: adds", "note: @ban"], 3, "goes in quotes"),
        (["background: adds", "measures:", "\tx: 1"], 4, "not with tabs"),
    ],
)
def test_a_fault_of_a_file_is_told_with_its_line(write, lines, line, words):
    with pytest.raises(InputError) as told:
        load_regime(write("a.yaml", *lines))
    assert f"a.yaml, line {line}: " in str(told.value)
    assert words in str(told.value)


def test_capital_letters_blanks_and_hyphens_do_not_matter(write):
    line = (
        "  x: {sender: [United States, European-Union, EU, KZ], instrument: Import ban, start: 2022, source: assumed, "
    )
    path = write("a.yaml", "background: Adds", "include: UFLPA", "measures:", line + "scope: {listed: True}}")
    measures = by_name(load_regime(path))
    assert measures["x"].sender == ("united_states", "european_union", "eu", "KZ")
    assert (measures["x"].instrument.name, measures["x"].scope.listed) == ("import_ban", True)
    assert "us_import_ban" in measures
    assert load_regime("UFLPA") == load_regime("uflpa")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ("scope: {kinds: [Direct, Pracel]}", "'Pracel' is none of"),
        ("scope: {ownership: Stat-Owned}", "'Stat-Owned' is none of"),
    ],
)
def test_a_name_that_is_refused_is_told_as_it_was_typed(write, keys, told):
    line = f"  x: {{sender: United States, instrument: import_ban, start: 2022, source: assumed, {keys}}}"
    with pytest.raises(InputError, match=told):
        load_regime(write("a.yaml", "background: replaces", "measures:", line))


def test_countries_and_exemptions_are_told_as_they_were_typed(write):
    line = (
        "  x: {sender: Türkiye, instrument: import_ban, start: 2022, source: assumed, scope: {commodities: cotton}, "
        "exemptions: [{commodities: PV-Modules}]}"
    )
    regime = load_regime(write("a.yaml", "background: replaces", "measures:", line))
    (measure,) = regime.measures
    assert measure.sender == ("türkiye",)
    assert senders(measure) == "Türkiye"
    assert "PV-Modules of 'commodities' is not in its scope" in regime.warnings[0]
    plain = line.replace("Türkiye", "TÜRKIYE").replace("PV-Modules", "pv_modules")
    other = load_regime(write("b.yaml", "background: replaces", "measures:", plain))
    assert other.measures == regime.measures


def test_where_and_how_a_measure_is_written_is_no_part_of_the_text_by_which_results_are_named(write):
    line = "  x: {sender: %s, instrument: import_ban, start: 2022, source: assumed}"
    one = load_regime(write("a.yaml", "background: adds", "measures:", line % "united_states"))
    other = load_regime(write("b.yaml", "# A remark.", "background: adds", "measures:", line % "United States"))
    assert repr(one.measures) == repr(other.measures)


@pytest.mark.parametrize(
    ("phase_in", "shape", "weeks"),
    [
        ("{days: 63}", "linear", 9),
        ("{shape: s_curve, days: 63}", "s_curve", 9),
        ("{weeks: 9}", "linear", 9),
        ("{shape: step, days: 0}", "step", 0),
    ],
)
def test_a_phase_in_takes_days_or_weeks(write, phase_in, shape, weeks):
    line = f"  x: {{sender: japan, instrument: import_ban, start: 2022, source: assumed, phase_in: {phase_in}}}"
    (measure,) = load_regime(write("a.yaml", "background: replaces", "measures:", line)).measures
    assert (measure.phase_in.shape, measure.phase_in.weeks) == (shape, weeks)


def test_a_change_to_days_takes_the_place_of_weeks(write):
    line = "  x: {sender: japan, instrument: import_ban, start: 2022, source: assumed, phase_in: {weeks: 9}}"
    write("a.yaml", "background: replaces", "measures:", line)
    path = write("b.yaml", "background: replaces", "include: a.yaml", "change: {x: {phase_in: {days: 7}}}")
    assert load_regime(path).measures[0].phase_in.weeks == 1


@pytest.mark.parametrize("unseen", ["\x1b[31m", "\u202e", "\ud800"])
def test_letters_that_are_not_seen_are_written_as_what_they_are(write, unseen):
    escaped = json.dumps(unseen)
    line = f"  x: {{sender: japan, instrument: import_ban, start: 2022, source: {escaped}, note: {escaped}}}"
    (measure,) = load_regime(write("a.yaml", "background: replaces", "measures:", line)).measures
    assert measure.source == measure.note == shown(unseen)
    assert measure.source.isprintable()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("instrument: import_ban, start: 2022, phase_in: 60 days", "{shape: s_curve, days: 60}"),
        ("instrument: import_ban, start: 2022, phase_in: {days: 60, weeks: 1}", "weeks or days, not both"),
        ("instrument: import_ban, start: 2022, end: 2021", "it ends on 2021-12-31, before it starts on 2022-01-01"),
        ("instrument: import_ban, start: ", "a first day is expected"),
        ("instrument: import_ban, end: 2022", "'start' is missing"),
        ("instrument: import_ban, start: 2022, announced: 2023", "after it starts"),
        ("instrument: import_ban, start: 2022, level: 1", "has no level"),
        ("instrument: tariff, start: 2022", "'level' is missing"),
        ("instrument: tariff, start: 2022, level: -1", "outside 0 to 10"),
        ("instrument: tariff, start: 2022, level: 1, low: 2", "outside its own range"),
        ("instrument: tariff, start: 2022, level: 1, enforcement: {budget: 1}", "belongs to the instrument import_ban"),
        ("instrument: import_ban, start: 2022, end: 2022-01-31, phase_in: {shape: linear, weeks: 5}", "longer than"),
        ("instrument: import_ban, start: 2022, phase_in: {shape: step, weeks: 5}", "a step takes 0 weeks"),
        ("instrument: import_ban, start: 2022, phase_in: {shape: scurve, weeks: 5}", "The nearest is 's_curve'"),
        ("instrument: import_ban, start: 2022, scope: {kind: direct}", "The nearest is 'kinds'"),
        ("instrument: import_ban, start: 2022, scope: {kinds: indirect}", "The nearest is 'direct'"),
        ("instrument: import_ban, start: 2022, scope: {content: 2}", "outside 0 to 1"),
        ("instrument: import_ban, start: 2022, scope: {true_origin: china}", "none of region, any"),
        ("instrument: import_ban, start: 2022, scope: {markets: [japan, japan]}", "stands twice"),
        ("instrument: import_ban, start: 2022, exemptions: {kinds: parcel}", "exemptions are a list"),
        ("instrument: import_ban, start: 2022, exemptions: [{start: 2023, end: 2022}]", "the exemption ends"),
        ("instrument: transit_ban, start: 2022", "needs the key 'crossings'"),
        ("instrument: demand, start: 2022, level: 1", "needs the key 'markets'"),
        ("instrument: entity_listing, start: 2022, level: 1", "needs a schedule"),
        (
            "instrument: entity_listing, start: 2022, level: 1, "
            "schedule: [{from: 2023, entities: 1}, {from: 2022, entities: 2}]",
            "follow one another",
        ),
        (
            "instrument: tariff, start: 2022, level: 1, scope: {ownership: state}",
            "cannot tell firms apart by 'ownership'",
        ),
        (
            "instrument: transit_ban, start: 2022, scope: {crossings: a, listed: yes}",
            "cannot tell firms apart by 'listed'",
        ),
        ("instrument: export_control, start: 2022, scope: {true_origin: region}", "apart by 'true_origin'"),
        ("instrument: tariff, start: 2022, level: 1, exemptions: [{ownership: foreign}]", "apart by 'ownership'"),
        (
            "instrument: entity_listing, start: 2022, level: 1, schedule: [{from: 2022, entities: 1}], "
            "exemptions: [{kinds: parcel}]",
            "entity_listing has no exemptions",
        ),
        ("instrument: release, start: 2022, level: 1, scope: {kinds: direct}", "knows only 'commodities' and"),
        ("instrument: customs_budget, start: 2022, level: 1, scope: {commodities: solar}", "knows no scope"),
        ("instrument: inspection_priority, start: 2022, exemptions: [{commodities: a}]", "priority has no exemptions"),
        ("instrument: world_change, cause: pandemic, level: 1", "no place here"),
        ("instrument: world_change, start: 2022", "'cause' is missing"),
        ("instrument: world_change, cause: ", "a cause is the id of rows"),
        ("instrument: import_ban, start: 2022, low: 1", "has no level"),
    ],
)
def test_a_fault_of_a_measure_is_told_with_its_line(write, keys, words):
    line = f"  x: {{sender: japan, source: assumed, {keys}}}"
    with pytest.raises(InputError) as told:
        load_regime(write("a.yaml", "background: replaces", "measures:", line))
    assert "a.yaml, line 4: " in str(told.value)
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("instrument: import_ban, start: 2022", "instrument: import_ban, start: 2023", "count one thing twice"),
        (
            "instrument: financial, level: 0.1, start: 2022",
            "instrument: friction_relief, level: 0.5, start: 2023",
            "hinders and eases",
        ),
        (
            "instrument: zone, level: 0.1, start: 2022, scope: {places: [a, b]}",
            "instrument: zone, level: 0.1, start: 2023, scope: {places: [b, c]}",
            "both act on b",
        ),
        (
            "instrument: crossing_capacity, level: 0.5, start: 2022, scope: {crossings: a}",
            "instrument: crossing_capacity, level: 2, start: 2023, scope: {crossings: [a, b]}",
            "one widens and one narrows a",
        ),
        ("instrument: world_change, cause: x", "instrument: world_change, cause: x", "one cause"),
        (
            "instrument: entity_listing, start: 2022, level: 1, schedule: [{from: 2022, entities: 1}]",
            "instrument: entity_listing, start: 2023, level: 1, schedule: [{from: 2023, entities: 2}]",
            "one list of entities",
        ),
    ],
)
def test_two_measures_that_contradict_are_told_with_both_lines(write, first, second, words):
    lines = [f"  {name}: {{sender: japan, source: assumed, {keys}}}" for name, keys in (("a", first), ("b", second))]
    with pytest.raises(InputError) as told:
        load_regime(write("x.yaml", "background: replaces", "measures:", *lines))
    assert "line 5: the measure 'b' contradicts 'a'" in str(told.value)
    assert "line 4" in str(told.value)
    assert words in str(told.value)


def test_what_follows_in_time_or_stacks_does_not_contradict(write):
    measures = (
        "  a: {sender: japan, source: assumed, instrument: import_ban, start: 2022, end: 2022}",
        "  b: {sender: japan, source: assumed, instrument: import_ban, start: 2023}",
        "  c: {sender: japan, source: assumed, instrument: tariff, level: 0.1, start: 2022}",
        "  d: {sender: japan, source: assumed, instrument: tariff, level: 0.1, start: 2022}",
    )
    assert len(load_regime(write("x.yaml", "background: replaces", "measures:", *measures)).measures) == 4


def test_includes_in_a_circle_are_refused(write):
    write("b.yaml", "background: replaces", "include: c.yaml")
    write("c.yaml", "background: replaces", "include: a.yaml")
    with pytest.raises(InputError, match=r"in a circle: .*a\.yaml includes .*b\.yaml includes .*c\.yaml includes .*a"):
        load_regime(write("a.yaml", "background: replaces", "include: b.yaml"))


def test_a_doubling_ladder_of_includes_reads_each_file_once(write):
    write("f0.yaml", "background: replaces", "measures:", f"  ban: {BAN}")
    write("f1.yaml", "background: replaces", "include: f0.yaml")
    for number in range(2, 40):
        write(f"f{number}.yaml", "background: replaces", f"include: [f{number - 1}.yaml, f{number - 2}.yaml]")
    regime = load_regime(write("a.yaml", "background: replaces", "include: f39.yaml"))
    assert [measure.name for measure in regime.measures] == ["ban"]


def test_a_long_chain_of_includes_is_refused(write):
    for number in range(80):
        write(f"f{number}.yaml", "background: replaces", f"include: f{number + 1}.yaml")
    with pytest.raises(InputError, match="at most 64 files"):
        load_regime(write("a.yaml", "background: replaces", "include: f0.yaml"))


@pytest.mark.parametrize("name", ["../secret.yaml", "/etc/passwd", "sub/x.yaml", "~/x.yaml", "link.yaml", "..", "x"])
def test_an_include_leaves_its_folder_for_nothing(write, tmp_path, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    write("secret.yaml", "background: replaces")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    path = inside / "own.yaml"
    path.write_text(f"purpose: A test.\nbackground: replaces\ninclude: [{name}]\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: .* is neither a regime of the library nor a file of this folder"):
        load_regime(path)


def test_an_unknown_regime_is_told_with_the_nearest():
    with pytest.raises(InputError, match="There is no regime 'uflpq' in the library .* The nearest is 'uflpa'"):
        load_regime("uflpq")


@pytest.mark.parametrize("name", ["a\0.yaml", "x" * 5000 + ".yaml", "missing.yaml", "circle.yaml"])
def test_what_is_no_file_is_told_plainly(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    with pytest.raises(InputError, match="not the path of a file|no such file|cannot be read"):
        load_regime(name)


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ("instrument: tariff, level: 1, start: 2022", True),
        ("instrument: listing_hazard, level: 0.1, start: 2022", False),
        ("instrument: entity_listing, level: 1, start: 2022, schedule: [{from: 2022, entities: 1}]", False),
        ("instrument: listing_hazard, level: 0.1, start: 2020, end: 2020", True),
    ],
)
def test_a_measure_on_listed_firms_of_a_sender_without_a_list_is_warned_of(write, other, warned):
    ban = "  a: {sender: japan, instrument: import_ban, start: 2022, scope: {listed: yes}, source: assumed}"
    lines = ("background: replaces", "measures:", ban, f"  b: {{sender: japan, source: assumed, {other}}}")
    told = load_regime(write("x.yaml", *lines)).warnings
    assert [("'a' reaches listed firms only" in each) for each in told] == [True] * warned


@pytest.mark.parametrize("name", sorted(library()))
def test_every_shipped_regime_loads_without_warning(name):
    regime = load_regime(name)
    assert regime.warnings == ()
    assert len(regime.purpose) < 160
    assert all(measure.source for measure in regime.measures)


def test_none_holds_no_measure_of_a_sender_against_the_region():
    sanctions = {
        Instrument.import_ban,
        Instrument.tariff,
        Instrument.secondary,
        Instrument.entity_listing,
        Instrument.export_control,
        Instrument.financial,
        Instrument.transit_ban,
        Instrument.due_diligence,
    }
    acting = [measure for measure in load_regime("none").measures if role(measure) == "measure"]
    assert not {measure.instrument for measure in acting} & sanctions


@pytest.mark.parametrize("name", [".yaml", "..yaml", "...yaml", "....yml"])
def test_a_file_without_a_name_is_refused(write, name):
    with pytest.raises(InputError, match="needs a name before .yaml"):
        load_regime(write(name, "background: adds"))
