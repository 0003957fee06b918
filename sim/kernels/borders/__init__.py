"""Measures in force, and customs."""
