"""Run what is asked truly: progress, time left, cancel; results sharpen, and lie beside the emulated answer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sim.config import load
from sim.config.schema import POSTERIOR
from sim.ensemble import world_of
from sim.errors import InputError
from sim.explorer.app.asked import Asked
from sim.explorer.app.jobs import Job, seconds_left
from sim.explorer.app.telling import amount, beside, emulated, known_only, plain, truly
from sim.explorer.app.views import charts
from sim.explorer.app.views.answer import PAGE, known, show_tiles
from sim.explorer.app.views.controls import steady
from sim.explorer.shown import TILES, Stored, words_for_subjects
from sim.notebook import open_results, words_of
from sim.report.page.basis import basis_of
from sim.report.page.csv import csv_text
from sim.world.build import BuiltWorld
from sim.world.tables.read import find_world, read_tables

FEWEST, MOST, STEP, FIRST = 20, 500, 20, 100
EVERY_SECONDS = 1.0


def show(asked: Asked) -> None:
    """Show the button, how far a run is, and what it answers so far."""
    faults = [each.told for each in asked.checked() if each.regime is None]
    if faults:
        st.error(f"The text is no regime yet: {plain(faults[0])}")
        return
    st.session_state.setdefault("runs", FIRST)
    runs = st.slider("Runs of each regime", FEWEST, MOST, step=STEP, key="runs")
    st.code(asked.command(runs), language=None, wrap_lines=True)
    for sentence in rests_on(tuple(asked.run_settings.items())):
        st.caption(plain(sentence))
    job: Job | None = st.session_state.get("job") or _begun_elsewhere(asked)
    if st.button("Run it truly", disabled=job is not None and job.is_running):
        st.session_state["job"] = job = Job(asked.files(), runs, asked.run_settings, asked.about)
        st.session_state["job_asked"], begun()[asked.about] = asked, job
    if job is None:
        st.caption("Both regimes are run with the same draws and the same luck; first results come after a few runs.")
        return
    if job.about != asked.about:
        st.warning("A control has moved since: what is shown below was run for what was set before.")
    every = EVERY_SECONDS if job.is_running else None
    st.fragment(_followed, run_every=every)(job)


def _begun_elsewhere(asked: Asked) -> Job | None:
    """Take over a run of the same question that is under way: begun before a reload, or in another window."""
    for about in [about for about, job in begun().items() if not job.is_running]:
        begun().pop(about, None)
    job = begun().get(asked.about)
    if job is not None:
        st.session_state["job"], st.session_state["job_asked"] = job, asked
        st.info("This was begun before the page was loaded, or in another window: it is followed here.")
    return job


@st.cache_resource
def begun() -> dict[str, Job]:
    """Keep what runs truly, by what is asked, for all sessions."""
    return {}


def _followed(job: Job) -> None:
    """Show how far a run is, and its results; drawn again each second while it runs."""
    state, was_running = job.state, job.is_running
    left = seconds_left(state)
    time = f", about {left:.0f} seconds left" if was_running and left is not None else ""
    st.progress(state["done"] / state["runs"], f"{state['done']} of {state['runs']} runs: {state['stage']}{time}")
    if was_running and st.button("Cancel"):
        job.cancel()
        st.rerun()
    if state.get("fault"):
        st.error(plain(state["fault"]))
    if state["stage"] == "cancelled":
        st.info("Cancelled. What was run is stored; running it again goes on from there.")
    if state["folder"]:
        st.session_state["folder"] = state["folder"]
        try:
            _results(state["folder"], state["done"], st.session_state["job_asked"])
        except InputError as fault:
            st.error(plain(str(fault)))
    if not was_running and not st.session_state.get(f"over_{job.folder}"):
        st.session_state[f"over_{job.folder}"] = True
        st.rerun()


def _results(folder: str, done: int, asked: Asked) -> None:
    """Show what true runs answer, and the emulated answer beside it."""
    answers = answers_of(folder, done, asked)
    years = sorted(answers.loc[answers["slot"].str.len() == 4, "slot"].unique())
    if not years:
        st.info("The span of this study has no whole year, so there are no yearly numbers: see the figures.")
        return
    steady("true_year", years, years[-1])
    year = st.select_slider("Year", years, key="true_year")
    show_tiles(answers, year)
    fitted = known(asked.home / PAGE)
    quick = emulated(fitted, asked.setting) if fitted is not None and asked.setting is not None else None
    trade = answers[(answers["subject"] == "trade") & (answers["view"] == "tile")].assign(kind=f"true, {done} runs")
    if quick is not None:
        mine = quick[(quick["subject"] == "trade") & (quick["view"] == "tile")].assign(kind="emulated")
        trade = pd.concat([trade, mine[mine["slot"].isin(trade["slot"])]])
    charts.course(trade, "Registered trade of the region by year")
    if quick is not None:
        st.subheader("Emulated beside true")
        st.dataframe(_in_words(beside(answers, quick)), hide_index=True)
    charts.dots(answers[(answers["view"] == "difference") & (answers["slot"] == year)], f"Change of trade, {year}")
    st.download_button("The numbers as a table", csv_text(answers), "true.csv", "text/csv")


def _in_words(both: pd.DataFrame) -> pd.DataFrame:
    """Say numbers with their units; text that a table shows is no markup."""
    told = pd.DataFrame({"number": both["subject"].map(TILES), "year": both["slot"]})
    for name in ("low", "middle", "high", "emulated"):
        told[name] = [amount(value, unit) for value, unit in zip(both[name], both["unit"], strict=True)]
    told["apart"] = ["" if pd.isna(each) else f"{each:.0%} of the true band" for each in both["apart"]]
    return told


def answers_of(folder: str, done: int, asked: Asked) -> pd.DataFrame:
    """Read what a study answers; kept in the session until more runs are done."""
    key, kept = (folder, done), st.session_state.get("answers")
    if kept is None or kept[0] != key:
        results = open_results(folder)
        (mine,) = [name for name in results.regimes if name != results.against]
        built = built_world(tuple(asked.run_settings.items()))
        found = truly(Stored(results, results.against, built.labels), mine, asked.setting)
        words = words_for_subjects(built.tables)
        found["words"] = [words.get(each, each.replace("_", " ")) for each in found["subject"]]
        st.session_state["answers"] = kept = (key, found)
    return kept[1]


@st.cache_data(max_entries=4)
def rests_on(settings: tuple[tuple[str, object], ...]) -> list[str]:
    """Say what the parameters of runs rest on: a posterior and how well it meets published figures, or none."""
    config = load(words_of([], None, known_only(dict(settings))))
    drawn = {"draws": config.design.runs, "paired": config.design.sampler == POSTERIOR}
    return basis_of(config, read_tables(find_world(config.world)), drawn).sentences


@st.cache_resource(max_entries=4)
def built_world(settings: tuple[tuple[str, object], ...]) -> BuiltWorld:
    """Build the world of some settings, once for all sessions."""
    return world_of(load(words_of([], None, known_only(dict(settings)))))
