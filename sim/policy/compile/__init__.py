"""Regimes compiled against a world: weekly intensities, lists of what each measure reaches, gates by week."""
