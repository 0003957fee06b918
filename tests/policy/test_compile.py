"""What measures reach and how strong they are each week, against cases worked out by hand.

The eight weeks begin on 30 May, 6, 13, 20, 27 June, 4, 11 and 18 July 2022.
"""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from sim.errors import InputError
from sim.policy.compile.regime import check_regime, compile_rows, pack
from sim.policy.instruments import Instrument
from sim.state import arrays_of
from sim.state.measures import BELIEVED_ONLY, COLUMNS, KNOWN, UNKNOWN

ALWAYS = "start: 2022-01-01"


@pytest.fixture
def rows_of(regime_of, built, names):
    def compile_measures(**measures: str):
        regime = regime_of(**measures)
        check_regime(regime, names)
        return compile_rows(regime, built, names)

    return compile_measures


@pytest.fixture
def policy_of(rows_of, built, names, gates):
    """All but the importers who give up under bans, whose rows have tests of their own."""

    def compile_measures(**measures: str):
        rows = [row for row in rows_of(**measures) if row.instrument is not Instrument.withdrawal]
        return pack(rows, built, names, gates)

    return compile_measures


def reached(policy, row=0):
    return policy.channel_reach[policy.channel_start[row] : policy.channel_start[row + 1]].tolist()


def cells(policy, row=0):
    return policy.cell_reach[policy.cell_start[row] : policy.cell_start[row + 1]].tolist()


def routes(policy, row=0):
    return policy.route_reach[policy.route_start[row] : policy.route_start[row + 1]].tolist()


def places(policy, row=0):
    return policy.place_reach[policy.place_start[row] : policy.place_start[row + 1]].tolist()


def numbers(*instruments):
    return [instrument.number for instrument in instruments]


def written(policy, row=0):
    """Amount that a measure writes to each column at full intensity."""
    names = {place: name for name, place in COLUMNS.items()}
    return {
        names[policy.effects.table[e], policy.effects.column[e]]: float(policy.effects.full[e])
        for e in range(policy.effects.start[row], policy.effects.start[row + 1])
    }


def sevenths(*days):
    return np.array(days, dtype=np.float32) / np.float32(7)


def test_a_ban_starts_inside_a_week_and_is_known_before(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-06-21, announced: 2022-06-12, "
        "scope: {true_origin: region}, enforcement: {budget: 2, sensitivity: 0.5, detention_days: 3}"
    )
    np.testing.assert_allclose(policy.intensity, [sevenths(0, 0, 0, 6, 7, 7, 7, 7)])
    assert policy.announced.tolist() == [[0, 1, 1, 1, 1, 1, 1, 1]]
    assert policy.changed.tolist() == [0, 1, 0, 1, 1, 0, 0, 0]
    assert reached(policy) == [0, 1, 2, 3, 4, 5]
    assert policy.authority_reach.tolist() == [[1, 0]]
    assert policy.enforcement.tolist() == [[2, 3]]
    assert written(policy) == {"ban": 1, "believed": 1, "sensitivity": 0.5, "detention_days": 3}
    assert policy.firm_scope.tolist() == [[0] * 6 + [1] * 6]


def test_a_measure_that_ends_counts_its_last_day(policy_of):
    policy = policy_of(
        duty="sender: european_union, instrument: tariff, start: 2022-06-01, end: 2022-06-29, level: 0.25"
    )
    np.testing.assert_allclose(policy.intensity, [sevenths(5, 7, 7, 7, 3, 0, 0, 0)])
    assert policy.announced.tolist() == [[1, 1, 1, 1, 1, 0, 0, 0]]
    assert reached(policy) == [6, 7, 10]
    assert policy.level.tolist() == [0.25]


def test_a_date_by_month_is_its_first_or_last_day(policy_of):
    policy = policy_of(duty="sender: united_states, instrument: tariff, start: 2022-06, end: 2022-06, level: 1")
    np.testing.assert_allclose(policy.intensity, [sevenths(5, 7, 7, 7, 4, 0, 0, 0)])


def test_a_linear_phase_in_is_the_mean_over_the_days(policy_of):
    """Two weeks from Wednesday 1 June: the mean of x / 14 over the days of each week, by integration."""
    policy = policy_of(
        duty="sender: united_states, instrument: tariff, start: 2022-06-01, level: 1, "
        "phase_in: {shape: linear, weeks: 2}"
    )
    first = (5**2 / 28) / 7
    second = ((12**2 - 5**2) / 28) / 7
    third = ((14**2 - 12**2) / 28 + 5) / 7
    np.testing.assert_allclose(policy.intensity[0, :4], [first, second, third, 1], rtol=1e-6)


def test_an_s_curve_is_half_way_in_the_middle(policy_of):
    """Four weeks from Monday 6 June; by 3x^2 - 2x^3 the first half holds 3/32 of the area and the second 13/32."""
    policy = policy_of(
        duty="sender: united_states, instrument: tariff, start: 2022-06-06, level: 1, "
        "phase_in: {shape: s_curve, weeks: 4}"
    )
    halves = policy.intensity[0, 1:5].reshape(2, 2).sum(axis=1)
    np.testing.assert_allclose(halves, [4 * 3 / 32, 4 * 13 / 32], rtol=1e-6)
    assert policy.intensity[0, 5] == 1
    assert policy.intensity[0, 0] == 0


def test_two_overlapping_measures_stay_two_rows(policy_of):
    policy = policy_of(
        a_tariff="sender: united_states, instrument: tariff, start: 2022-06-06, level: 0.1",
        b_tariff="sender: united_states, instrument: tariff, start: 2022-06-13, level: 0.2, "
        "scope: {commodities: solar}",
    )
    assert [reached(policy, row) for row in (0, 1)] == [[0, 1, 2, 3, 4, 5], [1, 4]]
    np.testing.assert_allclose(policy.intensity[:, 2:4], 1)
    assert policy.intensity[:, 1].tolist() == [1, 0]


def test_an_exemption_takes_its_channels_out_while_it_lasts(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-06-06, scope: {true_origin: region}, "
        "exemptions: [{commodities: solar, end: 2022-06-16}]"
    )
    assert [reached(policy, row) for row in (0, 1)] == [[0, 2, 3, 5], [1, 4]]
    np.testing.assert_allclose(policy.intensity[0], sevenths(0, 7, 7, 7, 7, 7, 7, 7))
    np.testing.assert_allclose(policy.intensity[1], sevenths(0, 0, 3, 7, 7, 7, 7, 7))
    assert policy.announced[1].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]


def test_goods_that_are_never_exempt_are_heard_of_from_the_announcement_on(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-06-20, announced: 2022-06-06, "
        "exemptions: [{commodities: solar, end: 2022-06-30}]"
    )
    assert [reached(policy, row) for row in (0, 1)] == [[0, 2, 3, 5], [1, 4]]
    assert policy.announced.tolist() == [[UNKNOWN, *[BELIEVED_ONLY] * 2, *[KNOWN] * 5], [*[UNKNOWN] * 4, *[KNOWN] * 4]]


def test_an_exemption_of_some_firms_leaves_the_others(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-05-30, scope: {kinds: direct}, "
        "exemptions: [{ownership: foreign, true_origin: region, commodities: cotton}]"
    )
    assert [reached(policy, row) for row in (0, 1)] == [[1], [0, 2]]
    assert policy.firm_scope.tolist() == [[1] * 12, [1] * 10 + [0, 0]]


@pytest.mark.parametrize(
    ("scope", "classes"),
    [
        ("listed: yes", [0, 1] * 6),
        ("ownership: [state, foreign]", [0, 0, 1, 1, 1, 1] * 2),
        ("true_origin: region, ownership: private, listed: yes", [0] * 7 + [1] + [0] * 4),
    ],
)
def test_a_scope_by_firms_becomes_classes_of_firms(policy_of, scope, classes):
    policy = policy_of(ban=f"sender: united_states, instrument: import_ban, {ALWAYS}, scope: {{{scope}}}")
    assert policy.firm_scope.tolist() == [classes]


def test_a_list_names_the_firms_that_can_sell_there_the_largest_first(policy_of):
    """Cotton for the United States is sold by groups 0 and 2 of six: firms 0, 2, 6 and 8 of volumes 1, 3, 2 and 4."""
    policy = policy_of(
        m=f"sender: united_states, instrument: entity_listing, {ALWAYS}, level: 1, scope: {{commodities: cotton}}, "
        "schedule: [{from: 2022-06-06, entities: 2}]"
    )
    assert reached(policy) == [0, 2, 3, 5]
    assert policy.firm_reach.tolist() == [8, 2, 6, 0]


def test_de_minimis_spares_parcels_from_bans_and_tariffs_of_its_sender_until_its_last_day(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-06-06",
        parcels="sender: united_states, instrument: de_minimis, start: 2016, end: 2022-06-15, scope: {kinds: parcel}",
        z_other="sender: european_union, instrument: tariff, start: 2022-06-06, level: 0.1",
    )
    assert policy.instrument.tolist() == numbers(Instrument.import_ban, Instrument.import_ban, Instrument.tariff)
    assert [reached(policy, row) for row in (0, 1)] == [[0, 1, 2, 3, 4], [5]]
    np.testing.assert_allclose(policy.intensity[1], sevenths(0, 0, 4, 7, 7, 7, 7, 7))


@pytest.mark.parametrize(
    ("scope", "channels"),
    [
        ("kinds: [direct]", [0, 1, 2]),
        ("commodities: [solar]", [1, 4]),
        ("hubs: [malaysia]", [3, 4]),
        ("declared_origin: [china]", [0, 1, 2, 5]),
        ("declared_origin: [region]", [0, 1, 5]),
        ("declared_origin: [other_china]", [2]),
        ("declared_origin: [malaysia, region]", [0, 1, 3, 4, 5]),
        ("content: 0.15", [0, 1, 2, 3, 5]),
        ("markets: [kazakhstan]", [8, 9]),
        ("markets: [west], kinds: [direct]", [0, 1, 2, 6, 7]),
        ("crossings: [khorgos], markets: [west, kazakhstan]", [6, 7, 8, 9, 10]),
        ("places: [kashgar]", [1]),
        ("directions: [import]", [11]),
    ],
)
def test_each_axis_of_a_scope(policy_of, scope, channels):
    policy = policy_of(m=f"sender: united_states, instrument: tariff, {ALWAYS}, level: 0.1, scope: {{{scope}}}")
    assert reached(policy) == channels


def test_due_diligence_reaches_what_the_buyers_of_the_sender_are_offered(policy_of):
    policy = policy_of(
        rule=f"sender: european_union, instrument: due_diligence, {ALWAYS}, level: 0.3, "
        "scope: {true_origin: region, commodities: cotton}"
    )
    assert cells(policy) == []
    assert reached(policy) == [6, 10]
    assert policy.firm_scope.tolist() == [[0] * 6 + [1] * 6]
    assert policy.level.tolist() == [np.float32(0.3)]


def test_demand_reaches_cells_of_exports_or_of_imports(policy_of):
    policy = policy_of(
        abroad=f"sender: events, instrument: demand, {ALWAYS}, level: -0.2, scope: {{markets: [kazakhstan]}}",
        home=f"sender: events, instrument: demand, {ALWAYS}, level: 0.1, "
        "scope: {markets: [kazakhstan], directions: import, commodities: solar}",
    )
    assert [cells(policy, row) for row in (0, 1)] == [[6, 7], [11]]


def test_secondary_sanctions_reach_the_trade_of_hubs(policy_of):
    policy = policy_of(
        m=f"sender: united_states, instrument: secondary, {ALWAYS}, level: 0.05, scope: {{hubs: [kazakhstan]}}"
    )
    assert reached(policy) == [10]
    assert policy.authority_reach.tolist() == [[0, 0]]


def test_financial_restrictions_reach_the_senders_own_market_in_both_directions(policy_of):
    policy = policy_of(m=f"sender: united_states, instrument: financial, {ALWAYS}, level: 0.05")
    assert reached(policy) == [0, 1, 2, 3, 4, 5, 11]


def test_friction_relief_reaches_what_its_scope_names(policy_of):
    policy = policy_of(
        m=f"sender: china, instrument: friction_relief, {ALWAYS}, level: 0.9, scope: {{markets: kazakhstan}}"
    )
    assert reached(policy) == [8, 9, 13]


def test_an_export_control_reaches_what_the_region_buys_from_the_sender(policy_of):
    policy = policy_of(m=f"sender: european_union, instrument: export_control, {ALWAYS}, scope: {{commodities: solar}}")
    assert reached(policy) == [12]


def test_a_transit_ban_reaches_routes_over_its_crossings_only(policy_of):
    """Channel 6 has routes 6 (Khorgos) and 7 (Shanghai): the first is closed, the second stays open."""
    policy = policy_of(
        m=f"sender: kazakhstan, instrument: transit_ban, {ALWAYS}, "
        "scope: {crossings: [khorgos], commodities: cotton, markets: [germany]}"
    )
    assert routes(policy) == [6, 12]
    assert policy.stop_reach.tolist() == [6, 12]
    assert reached(policy) == []  # where goods may pass is no news of what customs find


def test_a_transit_ban_is_looked_at_from_its_announcement_to_its_last_week(policy_of):
    policy = policy_of(
        m="sender: kazakhstan, instrument: transit_ban, start: 2022-06-29, announced: 2022-06-08, end: 2022-07-12, "
        "scope: {crossings: [khorgos]}"
    )
    assert policy.closing.tolist() == [0, 1, 1, 1, 1, 1, 1, 0]
    assert policy.intensity[0] == pytest.approx([0, 0, 0, 0, 5 / 7, 1, 2 / 7, 0])


def test_days_on_which_goods_are_exempt_from_a_transit_ban_are_known_before(policy_of):
    policy = policy_of(
        m="sender: kazakhstan, instrument: transit_ban, start: 2022-06-27, announced: 2022-06-13, "
        "scope: {crossings: [khorgos]}, exemptions: [{commodities: cotton, end: 2022-07-10}]"
    )
    solar, cotton = policy.intensity
    assert policy.announced.tolist() == [[0, 0, 1, 1, 1, 1, 1, 1]] * 2
    assert solar.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert cotton.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]


def test_other_measures_on_routes_shut_no_crossing(policy_of):
    policy = policy_of(m=f"sender: events, instrument: security, {ALWAYS}, level: 0.5, scope: {{crossings: shanghai}}")
    assert not policy.closing.any()
    assert policy.stop_reach.size == 0


def test_security_reaches_routes_in_both_directions(policy_of):
    policy = policy_of(m=f"sender: events, instrument: security, {ALWAYS}, level: 0.02, scope: {{crossings: shanghai}}")
    assert reached(policy) == [0, 1, 2, 3, 4, 5, 6, 7, 11]
    assert len(routes(policy)) == 9


def test_transport_cost_reaches_all_routes_of_a_market_when_no_crossing_is_named(policy_of):
    policy = policy_of(
        m=f"sender: events, instrument: transport_cost, {ALWAYS}, level: 0.02, scope: {{markets: germany}}"
    )
    assert reached(policy) == [6, 10, 12]
    assert routes(policy) == [6, 7, 12, 14]


@pytest.mark.parametrize("instrument", ["zone", "allowance"])
def test_zones_and_allowances_reach_places(policy_of, instrument):
    policy = policy_of(
        m=f"sender: china, instrument: {instrument}, {ALWAYS}, level: 0.01, scope: {{places: [kashgar]}}"
    )
    assert places(policy) == [1]
    assert reached(policy) == []  # a subsidy is no news of any channel


def test_tracing_reaches_goods_through_its_hubs(policy_of):
    policy = policy_of(
        m=f"sender: united_states, instrument: tracing, {ALWAYS}, level: 2.25, scope: {{hubs: malaysia}}"
    )
    assert reached(policy) == [3, 4]
    assert written(policy) == {"sensitivity": 2.25}


def test_a_ban_enforced_with_tracing_brings_a_row_of_tracing(policy_of):
    policy = policy_of(
        ban="sender: united_states, instrument: import_ban, start: 2022-06-21, enforcement: {tracing: 2.5}"
    )
    assert policy.instrument.tolist() == numbers(Instrument.import_ban, Instrument.tracing)
    assert [written(policy, row)["sensitivity"] for row in (0, 1)] == [1, 2.5]
    assert reached(policy, 0) == reached(policy, 1)
    np.testing.assert_array_equal(policy.intensity[0], policy.intensity[1])


@pytest.mark.parametrize("sender", ["united_states", "west"])
def test_a_list_of_a_sender_beyond_the_bits_of_a_firm_is_refused(regime_of, names, sender):
    regime = regime_of(m=f"sender: {sender}, instrument: listing_hazard, {ALWAYS}, level: 0.1")
    for late, refused in ((63, False), (64, True)):
        authorities = (*["kazakhstan"] * late, "united_states")
        world = replace(names, labels=names.labels._replace(authorities=authorities))
        if refused:
            with pytest.raises(InputError, match="only the first 64 customs can"):
                check_regime(regime, world)
        else:
            check_regime(regime, world)


def test_a_list_of_entities_grows_by_its_schedule(policy_of):
    policy = policy_of(
        m="sender: united_states, instrument: entity_listing, start: 2022-06-06, level: 0.4, "
        "schedule: [{from: 2022-06-06, entities: 20}, {from: 2022-06-22, entities: 80}]"
    )
    np.testing.assert_allclose(policy.intensity[0, :5], [0, 0.25, 0.25, (2 * 0.25 + 5) / 7, 1], rtol=1e-6)
    assert policy.level.tolist() == [np.float32(32)]


def test_a_hazard_of_listing_keeps_its_chance(policy_of):
    policy = policy_of(m=f"sender: united_states, instrument: listing_hazard, {ALWAYS}, level: 0.02")
    assert policy.instrument.tolist() == numbers(Instrument.listing_hazard)
    assert policy.level.tolist() == [np.float32(0.02)]


def test_what_no_channel_meets_changes_no_array(policy_of):
    ban = "sender: united_states, instrument: import_ban, start: 2022-06-21"
    plain = policy_of(ban=ban)
    more = policy_of(
        ban=ban,
        a_far="sender: japan, instrument: import_ban, start: 2022-01-01",
        b_goods="sender: united_states, instrument: tariff, start: 2022-01-01, level: 1, scope: {commodities: coal}",
        c_past="sender: united_states, instrument: tariff, start: 2020-01-01, end: 2021-12-31, level: 1",
        d_later="sender: united_states, instrument: tariff, start: 2030-01-01, level: 1",
    )
    for (name, _, mine), (other, _, theirs) in zip(arrays_of(plain), arrays_of(more), strict=True):
        assert name == other
        np.testing.assert_array_equal(mine, theirs, strict=True)


def test_a_regime_without_measures_has_no_rows(policy_of):
    policy = policy_of()
    assert policy.intensity.shape == (0, 8)
    assert policy.authority_reach.shape == (0, 2)
    assert policy.channel_start.tolist() == [0]
    assert not policy.changed.any()


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("sender: untied_states, instrument: import_ban, start: 2022", "united_states"),
        ("sender: united_states, instrument: tariff, level: 1, start: 2022, scope: {commodities: coton}", "cotton"),
        ("sender: united_states, instrument: secondary, level: 0.1, start: 2022, scope: {hubs: malaisia}", "malaysia"),
        ("sender: events, instrument: world_change, cause: pandemics", "pandemic"),
        ("sender: kazakhstan, instrument: transit_ban, start: 2022, scope: {crossings: korgos}", "khorgos"),
    ],
)
def test_an_unknown_name_is_told_with_line_and_nearest(policy_of, keys, word):
    with pytest.raises(InputError, match=rf"own\.yaml, line 4: .* The nearest is '{word}'"):
        policy_of(m=keys)


def test_a_country_stands_for_its_markets_by_code_or_name(names, regime_of):
    pytest.importorskip("babel")
    codes = {"US": ("united_states",), "DE": ("germany",), "FR": ("france",), "KZ": ("kazakhstan",)}
    world = replace(names, countries=codes)

    def told(sender, markets):
        regime = regime_of(
            m=f"sender: {sender}, instrument: tariff, level: 0.1, start: 2022-06-20, scope: {{markets: {markets}}}"
        )
        check_regime(regime, world)
        return [
            world.mask("markets", measure.sender).tolist() + world.mask("markets", measure.scope.markets).tolist()
            for measure in regime.measures
        ]

    assert told("USA", "[KZ, Allemagne]") == told("united_states", "[kazakhstan, germany]")
    assert told("[United States, DEU]", "eu") == told("[united_states, germany]", "[germany, france]")
    for sender, sentence in (
        ("NO", "names 'NO' as 'sender', which is unknown. Norway is no market of this world."),
        ("Niger", "names 'Niger' as 'sender', which is unknown. Niger is no market of this world."),
        ("Kazakhstann", "names 'Kazakhstann' as 'sender', which is unknown. The nearest is 'kazakhstan'."),
    ):
        with pytest.raises(InputError, match=re.escape(sentence)):
            told(sender, "[kazakhstan]")
    sentence = "names 'China' as 'markets', which is unknown. China is no market of this world."
    with pytest.raises(InputError, match=re.escape(sentence)):
        told("China", "[China]")  # as a sender it is the home country


@pytest.mark.parametrize(
    ("sender", "scope"), [("USA", "all"), ("[germany, US]", "all"), ("united_states", "[Allemagne, FR]")]
)
def test_one_market_under_two_names_is_counted_once(names, regime_of, sender, scope):
    pytest.importorskip("babel")
    codes = {"US": ("united_states",), "DE": ("germany",), "FR": ("france",)}
    world = replace(names, countries=codes)
    ban = "sender: {}, instrument: import_ban, start: 2022-06-20, scope: {{markets: {}}}".format
    other = "[france, germany]" if scope.startswith("[") else "all"
    regime = regime_of(a=ban(sender, scope), b=ban("united_states", other))
    with pytest.raises(InputError, match="own.yaml, line 5: the measure 'b' contradicts 'a' .* count one thing twice"):
        check_regime(regime, world)
    check_regime(regime_of(a=ban(sender, scope), b=ban("kazakhstan", other)), world)


def test_customs_follow_sectors_budgets_and_odds_in_their_own_classes(policy_of):
    """Classes: cotton and solar of the region, cotton of the rest of China, cotton and solar of Malaysia."""
    policy = policy_of(
        all="sender: united_states, instrument: inspection_priority, start: 2022-06-20",
        budget="sender: [united_states, germany], instrument: customs_budget, start: 2022-06-20, level: 2",
        china="sender: united_states, instrument: inspection_priority, start: 2022-06-20, "
        "scope: {commodities: cotton, declared_origin: china}",
        odds="sender: united_states, instrument: release, start: 2022-06-20, level: 0.5, "
        "scope: {commodities: solar, declared_origin: [malaysia, region]}",
    )
    start, reach = policy.inspection_start, policy.inspection_reach
    classes = [reach[low:high].tolist() for low, high in itertools.pairwise(start)]
    assert classes == [[0, 1, 2, 3, 4], [], [0, 2], [1, 4]]
    assert policy.authority_reach.tolist() == [[1, 0], [1, 1], [1, 0], [1, 0]]
    assert [written(policy, row) for row in (0, 1, 3)] == [
        {"priority": 1},
        {"customs_budget": 2},
        {"release_odds": 0.5},
    ]
    assert policy.effects.idle.tolist() == [0, 1, 0, 1]
    assert policy.channel_reach.size == 0


def test_a_sector_that_customs_never_see_is_dropped(policy_of):
    policy = policy_of(
        far="sender: germany, instrument: inspection_priority, start: 2022-06-20",
        late="sender: united_states, instrument: inspection_priority, start: 2023",
    )
    assert policy.instrument.size == 0


ORDER = (
    "sender: united_states, instrument: import_ban, start: 2022-05-30, end: 2022-06-26, scope: {commodities: cotton}"
)
ACT = "sender: united_states, instrument: import_ban, start: 2022-06-27"


def giving_up(rows):
    return [row for row in rows if row.instrument is Instrument.withdrawal]


def test_importers_give_up_what_comes_with_its_own_papers_along_a_smooth_curve(rows_of):
    """Half of them half way through the weeks; goods that hide their origin have importers who know nothing."""
    (row,) = giving_up(rows_of(act=f"{ACT}, scope: {{true_origin: region}}, enforcement: {{withdrawal_weeks: 2}}"))
    assert np.flatnonzero(row.channels).tolist() == [0, 1, 2]
    assert row.firms == (0,) * 6 + (1,) * 6
    assert row.daily[:28].tolist() == [0] * 28
    assert (row.daily[34] + row.daily[35]) / 2 == pytest.approx(0.5)
    assert (row.daily[42:] == 1).all()


def test_nobody_gives_up_where_the_regime_says_so(rows_of):
    assert giving_up(rows_of(act=f"{ACT}, enforcement: {{withdrawal: 0}}")) == []
    (row,) = giving_up(rows_of(act=f"{ACT}, enforcement: {{withdrawal: 0.25, withdrawal_weeks: 0}}"))
    assert (row.level, row.daily[28:].tolist()) == (0.25, [1] * 28)


def test_who_gave_up_under_one_ban_does_not_come_back_when_the_next_takes_over(rows_of):
    """All had given up cotton by the day on which the order ends; they stay away under the act."""
    weeks = "enforcement: {withdrawal_weeks: 2}"
    own, late = giving_up(rows_of(act=f"{ACT}, {weeks}", order=f"{ORDER}, {weeks}"))[-2:]
    assert own.daily[14:28].tolist() == [1] * 14
    assert own.daily[28:].tolist() == [0] * 28
    assert late.daily.tolist() == [0] * 28 + [1] * 28
    assert np.flatnonzero(late.channels).tolist() == [0, 2]
    after_a_pause = giving_up(rows_of(act=f"{ACT.replace('06-27', '06-28')}, {weeks}", order=f"{ORDER}, {weeks}"))
    assert len(after_a_pause) == 2


def test_giving_up_is_kept_in_bounds(regime_of):
    with pytest.raises(InputError, match="outside 0 to 1"):
        regime_of(act=f"{ACT}, enforcement: {{withdrawal: 1.5}}")
