"""What single questions of policy ask of runs: kinks, seasons, thresholds, fronts; arrays in, tables out."""
