"""Decisions that contradict each other, also through a chain: the later one wins.

There are as many decisions as clerks have made, so plain Python does. What a decision means is `decisions.py`.
"""

from collections.abc import Iterable

Pair = tuple[str, str, int]


def without_conflicts(latest_first: Iterable[tuple[str, str, str, int]]) -> tuple[list[Pair], list[Pair]]:
    """Decisions taken in turn, each unless those before it forbid it: pairs that must, and that must not, be joined.

    `group` names each record's group of records that are one person, `apart` each group's forbidden groups.
    """
    group: dict[str, str] = {}
    members: dict[str, set[str]] = {}
    apart: dict[str, set[str]] = {}
    must: list[Pair] = []
    cannot: list[Pair] = []
    for left, right, decision, number in latest_first:
        a, b = (group.setdefault(record, record) for record in (left, right))
        for name in (a, b):
            members.setdefault(name, {name})
            apart.setdefault(name, set())
        if decision == "different" and a != b:
            apart[a].add(b)
            apart[b].add(a)
            cannot.append((left, right, number))
        elif decision == "same" and b not in apart[a]:
            must.append((left, right, number))
            if a != b:
                _join(a, b, group, members, apart)
    return must, cannot


def _join(
    kept: str, gone: str, group: dict[str, str], members: dict[str, set[str]], apart: dict[str, set[str]]
) -> None:
    for record in members[gone]:
        group[record] = kept
    members[kept] |= members.pop(gone)
    for other in apart.pop(gone):
        apart[other].discard(gone)
        apart[other].add(kept)
        apart[kept].add(other)
