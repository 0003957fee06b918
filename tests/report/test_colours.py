"""Eight regimes are told apart, also by eyes that lack red or green cones: colours, with dashes and markers counted."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from sim.report import style

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency",
# IEEE Transactions on Visualization and Computer Graphics 15(6), table 1: severity 1.0, on linear RGB.
EYES = {
    "usual": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)
LEAST = 25.0
"""Least distance of two looks, in units of CIELAB; 2.3 is one that can just be seen."""

OTHER_DASH, OTHER_MARKER = 15.0, 15.0
"""What another dash and another marker add, at right angles to the colour (assumed)."""


def linear(colour):
    shares = np.array(to_rgb(colour))
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB of linear RGB."""
    share = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    root = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def seen_apart(one, two, eye):
    """Distance of two colours to an eye."""
    return float(np.linalg.norm(lab(np.array(EYES[eye]) @ linear(one)) - lab(np.array(EYES[eye]) @ linear(two))))


def apart(one, two, eye):
    """Distance of two looks: colour, dash and marker."""
    parts = [seen_apart(one.colour, two.colour, eye)]
    parts += [OTHER_DASH * (one.dash != two.dash), OTHER_MARKER * (one.marker != two.marker)]
    return float(np.linalg.norm(parts))


def looks(number):
    names = [f"regime {place}" for place in range(number)]
    return list(style.looks_of(names, names[0], {}).values())


def test_the_measure_is_that_of_the_literature():
    assert seen_apart("white", "black", "usual") == pytest.approx(100.0, abs=0.1)
    assert lab(linear("red")) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert seen_apart("#ff0000", "#7f6900", "no green cones") < 0.5 * seen_apart("#ff0000", "#7f6900", "usual")


@pytest.mark.parametrize("eye", EYES)
def test_eight_regimes_are_told_apart(eye):
    found = {(one.name, two.name): apart(one, two, eye) for one, two in combinations(looks(8), 2)}
    assert {pair: size for pair, size in found.items() if size < LEAST} == {}


@pytest.mark.parametrize("eye", EYES)
def test_up_to_four_regimes_need_colours_alone(eye):
    first = looks(4)
    assert {(look.dash, look.marker) for look in first} == {("-", "")}
    assert min(seen_apart(one.colour, two.colour, eye) for one, two in combinations(first, 2)) >= LEAST


def test_later_regimes_have_dash_and_marker():
    assert all(look.marker and look.dash != "-" for look in looks(20)[4:])


def test_lines_of_all_regimes_stand_out_from_white():
    def contrast(colour):
        return 1.05 / (np.array([0.2126, 0.7152, 0.0722]) @ linear(colour) + 0.05)

    assert min(contrast(colour) for colour in (style.AGAINST_COLOUR, *style.COLOURS)) > 2.2
    assert min(contrast(colour) for colour in (style.INK, style.GREY)) >= 4.5  # letters: WCAG 2.2, 1.4.3
