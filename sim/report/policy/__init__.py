"""Answers of policy studies: what a question needs beyond the page that compares regimes."""
