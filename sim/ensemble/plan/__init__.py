"""Which runs a study makes: draws of uncertain parameters times replications."""
