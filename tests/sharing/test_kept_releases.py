"""A release that records will tell the outcome of is still there when they do."""

from datetime import date, timedelta
from pathlib import Path

from settings.paths import Home
from sharing.kept_releases import kept_for_outcomes
from sharing.shares import drop_departed_groups

START = date(2026, 1, 1)


def night_by_night(nights: int, window: int) -> list[date]:
    """The dates kept after so many nights, each of which removes what it does not need but for the last five."""
    here: list[tuple[date, Path]] = []
    for number in range(nights):
        day = START + timedelta(days=number)
        here.append((day, Path(day.isoformat())))
        kept = kept_for_outcomes(here, [window], as_of=day)
        here = [item for item in here if item[1] in kept or (day - item[0]).days < 5]
    return [day for day, _ in here]


def test_from_two_windows_on_there_is_always_a_release_old_enough_and_never_many():
    window = 40
    for nights in range(2 * window + window // 4, 300, 7):
        today = START + timedelta(days=nights - 1)
        kept = night_by_night(nights, window)
        reached = max(day for day in kept if (today - day).days >= 2 * window)
        assert (today - reached).days <= 2 * window + window // 4
        assert len(kept) <= 4 * 3 + 1 + 5


def test_without_such_outcomes_none_is_kept_and_a_replay_gives_up_none_that_came_later():
    releases = [(START, Path("a")), (START + timedelta(days=90), Path("b"))]
    assert kept_for_outcomes(releases, [], as_of=START) == set()
    assert kept_for_outcomes(releases, [30], as_of=START) == {Path("a"), Path("b")}
    assert kept_for_outcomes(releases, [30], as_of=START + timedelta(days=91)) == {Path("b")}


def test_the_built_share_of_a_group_that_is_gone_goes(tmp_path):
    home = Home(tmp_path)
    for group in ("planners", "early_help"):
        (home.shares / group / "0123").mkdir(parents=True)
    assert drop_departed_groups(home, {"planners"}) == ["early_help"]
    assert [path.name for path in home.shares.iterdir()] == ["planners"]
