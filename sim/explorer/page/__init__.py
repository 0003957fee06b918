"""The page of the explorer: one file, without a server and without a request to anybody."""

from sim.explorer.page.render import data_of, render

__all__ = ["data_of", "render"]
