"""What does each correction of the world and of its mechanisms do?

The study of patterns is run again without each correction, one at a time; a correction is an entry of
`conf/corrections.yaml`. Run as a module it also writes the committed copy under `results/effects/`, and the same answer
beside the patterns as `results/patterns/effects.md`.
"""

from sim.report import studies
from sim.report.effects import write_effects

LEVERS = "`conf/corrections.yaml`"
READ = "claims that hold only with a correction, and levels without it"
MINUTES = "1 for each correction"
REPORT = write_effects

if __name__ == "__main__":
    studies.commit("effects", REPORT, also="patterns/effects.md")
