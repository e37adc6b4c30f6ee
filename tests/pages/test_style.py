"""Whoever reads a page can tell its text from its ground, by day, by night and on paper."""

import re

import pytest

from pages import STYLE

PLACES = {
    "light": r"^:root \{(.*?)\}",
    "dark": r"color-scheme: dark\) \{\s*:root \{(.*?)\}",
    "print": r"print \{\s*:root \{(.*?)\}",
}
TEXT_ON = [
    (ink, ground)
    for ink, grounds in {
        "ink": ("paper", "soft", "warn", "fine"),
        "quiet": ("paper", "soft"),
        "link": ("paper",),
        "amber": ("warn",),
        "green": ("fine",),
    }.items()
    for ground in grounds
]


def colours(place: str) -> dict[str, str]:
    """The variables of one place."""
    found = re.search(PLACES[place], STYLE, re.S)
    assert found, place
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", found[1]))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(letter * 2 for letter in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(place: str, ink: str, ground: str):
    known = colours(place)
    low, high = sorted((luminance(known[ink]), luminance(known[ground])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("line", ["blue", "red", "green"])
def test_lines_of_a_drawing_stand_out_from_the_paper(place: str, line: str):
    known = colours(place)
    low, high = sorted((luminance(known[line]), luminance(known["paper"])))
    assert (high + 0.05) / (low + 0.05) >= 3
