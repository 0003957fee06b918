"""The explorer: a page on which levers are moved and bands move with them, without a run.

`levers.py` declares the levers once: words, ranges, and how a setting becomes a regime that the command line runs.
`design.py` spreads settings over their ranges, `runs.py` runs them as studies of the ensemble and keeps what the page
shows of them, `fitting.py` fits emulators and holds them against settings that they have not seen, `answer.py` puts
what the page needs into one text, and `page` writes it.
"""
