"""Draw given names and surnames with realistic, very uneven frequencies. The lists are `name_lists.py`."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from demo.name_lists import BACKGROUND_SHARE, FEMALE, MALE, NICKNAMES, SURNAMES
from demo.streams import Streams

BACKGROUNDS = tuple(BACKGROUND_SHARE)
OWN_ERA_SHARE = 0.85  # the rest bear a name of another generation
ERA_STARTS = (1956, 1990)  # first birth years of the middle and the new list
GIVEN_EXPONENT = 0.7  # Zipf-like: the commonest given name is about 2% of its generation
SURNAME_EXPONENT = 0.75
DOUBLE_BARRELLED = 400  # made surnames such as Smith-Jones


@dataclass(frozen=True)
class Vocabulary:
    """All names, each with a whole number; people hold the numbers."""

    given: NDArray[np.object_]
    nickname: NDArray[np.int64]  # per given name the number of its short form in `given`; itself if it has none
    surname: NDArray[np.object_]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The names of the lists, their short forms and the double-barrelled surnames."""
    lists = [name for names in (*FEMALE.values(), *MALE.values()) for name in names.split()]
    short = dict(pair.split(":") for pair in NICKNAMES.split())
    given = list(dict.fromkeys([*lists, *short.values()]))
    number = {name: position for position, name in enumerate(given)}
    single = list(dict.fromkeys(name for names in SURNAMES.values() for name in names.split()))
    plain = [name for name in SURNAMES["local"].split() if name.isalpha()]
    double = [f"{plain[i % 200]}-{plain[(i * 37 + 11) % 200]}" for i in range(DOUBLE_BARRELLED)]
    return Vocabulary(
        given=np.array(given, dtype=object),
        nickname=np.array([number[short.get(name, name)] for name in given]),
        surname=np.array(list(dict.fromkeys([*single, *double])), dtype=object),
    )


def _weights(names: str, exponent: float) -> tuple[list[str], NDArray[np.float64]]:
    listed = names.split()
    return listed, 1 / np.arange(3, len(listed) + 3) ** exponent


def draw_surnames(streams: Streams, name: str, background: NDArray[np.int64]) -> NDArray[np.int64]:
    """A surname number for each entry of `background` (position in BACKGROUNDS)."""
    number = {surname: position for position, surname in enumerate(vocabulary().surname)}
    result = np.zeros(len(background), dtype=np.int64)
    for position, key in enumerate(BACKGROUNDS):
        listed, weights = _weights(SURNAMES[key], SURNAME_EXPONENT)
        numbers = np.array([number[surname] for surname in listed])
        drawn = numbers[streams.choice(f"{name} {key}", len(background), weights)]
        result = np.where(background == position, drawn, result)
    return result


def draw_double_barrelled(streams: Streams, name: str, size: int) -> NDArray[np.int64]:
    """Surname numbers from the double-barrelled ones."""
    total = len(vocabulary().surname)
    first = next(i for i, surname in enumerate(vocabulary().surname) if i > 250 and "-" in surname)
    return streams.whole(name, size, first, total)


def draw_given_names(
    streams: Streams,
    name: str,
    *,
    is_female: NDArray[np.bool_],
    birth_year: NDArray[np.int64],
    background: NDArray[np.int64],
) -> NDArray[np.int64]:
    """A given name number per person, by sex, generation and background."""
    number = {given: position for position, given in enumerate(vocabulary().given)}
    size = len(is_female)
    era = np.searchsorted(ERA_STARTS, birth_year, side="right")
    other = streams.whole(f"{name} era", size, 0, 3)
    era = np.where(streams.happens(f"{name} own era", size, OWN_ERA_SHARE), era, other)
    group = np.where(background == 0, era, background + 2)  # old, middle, new, asian, european
    result = np.zeros(size, dtype=np.int64)
    for lists, of_sex in ((FEMALE, is_female), (MALE, ~is_female)):
        for position, (key, names) in enumerate(lists.items()):
            listed, weights = _weights(names, GIVEN_EXPONENT)
            numbers = np.array([number[given] for given in listed])
            chosen = of_sex & (group == position)
            drawn = numbers[streams.choice(f"{name} {key} {of_sex is is_female}", size, weights)]
            result = np.where(chosen, drawn, result)
    return result
