"""Write the index of studies in this folder's README from what their modules say: `python -m sim.experiments`."""

from sim.config.choices import questions
from sim.paths import shipped

NEXT = "**Read next:** [which study answers which question](../docs/questions.md)."
HEAD = "| study | question | levers | outcome to read | minutes | answer |"


def index() -> str:
    """Print the table, a row a study; an answer that is not committed yet is no link."""
    rows = [
        f"| `{each.study}` | {each.text} | {each.levers} | {each.read} | {each.minutes} | {answer(each.study)} |"
        for each in questions().values()
    ]
    return "\n".join([HEAD, "|---|---|---|---|---|---|", *rows, "", NEXT]) + "\n"


def answer(study: str) -> str:
    """Lead to the committed answer of a study, if there is one."""
    page = f"results/{study}/answer.md"
    return f"[answer.md](../{page})" if (shipped("experiments").parent / page).exists() else "none yet"


if __name__ == "__main__":
    page = shipped("experiments") / "README.md"
    page.write_text(page.read_text(encoding="utf-8").partition(HEAD)[0] + index(), encoding="utf-8")
