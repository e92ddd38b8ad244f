"""The palette can be told apart, by computation: contrast with the ground, and distance for four kinds of eye."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest

from star_history.history import Subject
from star_history.palette import COLOURS, INKS, THEMES, Theme, colours

Triple = tuple[float, float, float]
# Machado, Oliveira and Fernandes 2009, severity 1.
EYES: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def times(matrix: Sequence[Triple], colour: Triple) -> Triple:
    first, second, third = (sum(factor * part for factor, part in zip(row, colour, strict=True)) for row in matrix)
    return first, second, third


def linear(code: str) -> Triple:
    parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    low, high = sorted(times(TO_XYZ, linear(code))[1] for code in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Triple) -> Triple:
    red, green, blue = (min(max(part, 0), 1) for part in colour)
    parts = [part / white for part, white in zip(times(TO_XYZ, (red, green, blue)), (0.95047, 1, 1.08883), strict=True)]
    x, y, z = (math.cbrt(part) if part > 0.008856 else 7.787 * part + 16 / 116 for part in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def ciede2000(one: Triple, other: Triple) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(mean**7 / (mean**7 + 25**7)))
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180
    light, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, (h1 + turn / 2) % 360
    d_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn) / 2)
    waves = ((0.17, 1, 30, -1), (0.24, 2, 0, 1), (0.32, 3, -6, 1), (0.20, 4, 63, -1))
    t = 1 + sum(sign * size * math.cos(math.radians(many * hue - shift)) for size, many, shift, sign in waves)
    s_light = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    d_l, d_c, d_h = (l2 - l1) / s_light, (c2 - c1) / (1 + 0.045 * chroma), d_hue / (1 + 0.015 * chroma * t)
    bend = (
        2
        * math.sqrt(chroma**7 / (chroma**7 + 25**7))
        * math.sin(2 * math.radians(30 * math.exp(-(((hue - 275) / 25) ** 2))))
    )
    return math.sqrt(d_l**2 + d_c**2 + d_h**2 - bend * d_c * d_h)


def smallest_distance(codes: Sequence[str], eye: str) -> float:
    seen = [lab(times(EYES[eye], linear(code))) for code in codes]
    return min(ciede2000(one, other) for one, other in itertools.combinations(seen, 2))


def test_the_ruler_is_right() -> None:
    """Pairs from the article of Sharma, Wu and Dalal, and the contrast of black on white."""
    assert ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert ciede2000((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619)) == pytest.approx(2.0373, abs=1e-4)
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_stands_out_from_its_ground(theme: Theme) -> None:
    assert len(COLOURS) >= 10
    assert min(contrast(both[theme], INKS[theme].background) for both in COLOURS.values()) >= 3
    assert contrast(INKS[theme].muted, INKS[theme].background) >= 4.5  # small text


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_the_first_nine_are_told_apart_by_every_eye(theme: Theme, eye: str) -> None:
    assert smallest_distance([both[theme] for both in COLOURS.values()][:9], eye) >= 13.9


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_no_two_of_all_colours_look_the_same(theme: Theme, eye: str) -> None:
    assert smallest_distance([both[theme] for both in COLOURS.values()], eye) >= 6


def test_who_has_a_colour_keeps_it_and_the_others_take_the_free_ones() -> None:
    subjects = [Subject("a", "o/a"), Subject("b", "o/b", colour="indigo"), Subject("c", "o/c", colour="no such colour")]
    light = colours(subjects, "light")
    assert light == {"a": COLOURS["orange"]["light"], "b": COLOURS["indigo"]["light"], "c": COLOURS["teal"]["light"]}
    assert colours(subjects, "dark")["b"] == COLOURS["indigo"]["dark"]


def test_more_subjects_than_colours_go_round() -> None:
    given = colours([Subject(f"{place}", "o/r") for place in range(30)], "light")
    assert len(given) == 30
    assert len(set(given.values())) == len(COLOURS)
    assert given["0"] == given[f"{len(COLOURS)}"]
    every = [Subject(name, "o/r", colour=name) for name in COLOURS]
    assert colours([*every, Subject("late", "o/r")], "light")["late"] == COLOURS["indigo"]["light"]
