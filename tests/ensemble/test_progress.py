import io

import pytest
from rich.console import Console

from sim.ensemble.compute.progress import Reporter


def said(text: str) -> list[str]:
    return text.splitlines()


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=40, soft_wrap=True, highlight=False)


def test_the_last_run_is_told_in_one_plain_line(console):
    with Reporter(100, console=console) as reporter:
        reporter.found(40)
        for _ in range(6):
            reporter.advance(10)
    (line,) = said(console.file.getvalue())
    assert line.startswith("100 of 100 runs, ")
    assert line.endswith(" a second, 0:00:00 left")


def test_an_interrupt_says_how_to_continue(console):
    reporter = Reporter(100, console=console)
    reporter.advance(10)
    with pytest.raises(KeyboardInterrupt), reporter:
        raise KeyboardInterrupt
    (line,) = said(console.file.getvalue())
    assert line == "Stopped after 10 of 100 runs: they are stored, and the same command continues from there."


def test_nothing_is_said_when_not_asked(console):
    with Reporter(10, shown=False, console=console) as reporter:
        reporter.advance(10)
        reporter.say("x")
    assert not console.file.getvalue()


def test_a_terminal_gets_a_bar():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Reporter(20, console=console) as reporter:
        reporter.advance(5)
        reporter.advance(15)
    assert "20/20" in console.file.getvalue()


def test_the_bar_keeps_the_width_of_the_last_look():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with Reporter(20, console=console) as reporter:
        reporter.advance(5)
        reporter.looked("a look", 0.0234)
        reporter.advance(15)
    assert "a look" in console.file.getvalue()
    assert "\u00b1 2.3 %" in console.file.getvalue().partition("a look")[2]
