"""Prices, intermediaries, trade records, accounts, retail."""
