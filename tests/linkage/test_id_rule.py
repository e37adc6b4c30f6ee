"""Whatever happens to groups over nights, ids follow the rule: held against the rule in plain words."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.linkage.registry_nights import Nights

MEMBERS = "abcdefghij"
Night = dict[str, int]  # member -> group; a member that is left out is away
a_night = st.dictionaries(st.sampled_from(MEMBERS), st.integers(1, 5), max_size=len(MEMBERS))


def groups_of(night: Night) -> dict[int, str]:
    return {
        group: "".join(sorted(member for member in night if night[member] == group)) for group in set(night.values())
    }


class Model:
    """The rule in plain words: what each member last had, with merges followed, and who may keep what."""

    def __init__(self) -> None:
        self.last: dict[str, str] = {}
        self.last_night: dict[str, str] = {}

    def may_keep(self, groups: dict[int, str]) -> dict[int, list[tuple[int, str]]]:
        """Group -> (size, id) of the ids that have most of their members there. size: of last night, without those who
        went elsewhere; who is gone counts where only one group has most.
        """
        claims = {
            (group, name): sum(self.last.get(member) == name for member in members)
            for group, members in groups.items()
            for name in {self.last[member] for member in members if member in self.last}
        }
        most = {name: max(n for (_, other), n in claims.items() if other == name) for _, name in claims}
        most_in = {
            name: [at for (at, other), n in claims.items() if other == name and n == most[name]] for name in most
        }
        present = set("".join(groups.values()))

        def size(group: int, name: str) -> int:
            counted = set(groups[group]) | (set(MEMBERS) - present if len(most_in[name]) == 1 else set())
            return sum(self.last_night.get(member) == name for member in counted)

        return {
            group: sorted((-size(group, name), name) for name in most_in if group in most_in[name]) for group in groups
        }

    def expected(self, groups: dict[int, str]) -> dict[int, str | None]:
        """Group -> the id it keeps; None: a new one. The strongest claims first."""
        claims = sorted((n, name, group) for group, some in self.may_keep(groups).items() for n, name in some)
        kept: dict[int, str | None] = dict.fromkeys(groups)
        for _, name, group in claims:
            if kept[group] is None and name not in kept.values():
                kept[group] = name
        return kept


@settings(max_examples=60, deadline=None)
@given(st.lists(a_night, min_size=2, max_size=5))
def test_whatever_happens_ids_follow_the_rule_and_redirects_lead_to_an_end(drawn: list[Night]) -> None:
    nights, model = Nights(), Model()
    ever: set[str] = set()
    redirect: dict[str, str] = {}
    for number, night in enumerate(drawn, start=1):
        groups = groups_of(night)
        expected = model.expected(groups)
        found = nights.night(groups, batch=str(number))
        for group, members in groups.items():
            ids = {found[member] for member in members}
            assert len(ids) == 1, "one id per group"
            (name,) = ids
            if expected[group] is None:
                assert name not in ever, "a new id was never used"
            else:
                assert name == expected[group]
        assert len(set(found.values())) == len(groups), "one group per id"
        ever |= set(found.values())
        for event, name, other, _ in nights.events(number):
            if event == "merge":
                assert name not in redirect
                redirect[name] = other
        assert not set(redirect) & set(found.values()), "a redirected id never lives again"
        for name in redirect:
            seen = [name]
            while seen[-1] in redirect:
                seen.append(redirect[seen[-1]])
                assert len(seen) <= len(redirect) + 1, "redirects run in no circle"
        model.last |= found
        model.last_night = found
        model.last = {member: next(end for end in _ends(name, redirect)) for member, name in model.last.items()}
        living = _living(nights.events())
        assert living == set(found.values()), "the history alone tells which ids live"
    again = nights.night(groups_of(drawn[-1]), batch="again")
    assert again == found
    assert nights.events(len(drawn) + 1) == []


def _ends(name: str, redirect: dict[str, str]) -> list[str]:
    while name in redirect:
        name = redirect[name]
    return [name]


def _living(events: list[tuple[Any, ...]]) -> set[str]:
    living: set[str] = set()
    for event, name, _, _ in events:
        if event in ("birth", "return"):
            assert name not in living
            living.add(name)
        elif event in ("merge", "retirement"):
            living.discard(name)
    return living
