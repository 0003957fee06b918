"""Write the index of studies in this folder's README from what their modules say: `python -m sim.experiments`."""

from sim.config.choices import questions
from sim.paths import shipped

HEAD = "| study | question | levers | outcome to read | minutes | answer |"


def index() -> str:
    """Print the table, a row a study."""
    rows = [
        f"| `{each.study}` | {each.text} | {each.levers} | {each.read} | {each.minutes} "
        f"| [answer.md](../results/{each.study}/answer.md) |"
        for each in questions().values()
    ]
    return "\n".join([HEAD, "|---|---|---|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    page = shipped("experiments") / "README.md"
    page.write_text(page.read_text(encoding="utf-8").partition(HEAD)[0] + index(), encoding="utf-8")
