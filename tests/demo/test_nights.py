"""Later nights change about one per cent of records, in every way in which records change."""

import numpy as np
import pandas as pd

from demo import district
from demo.nights import open_book
from demo.people import build_world
from tests.demo.fenshire import contracts, extract, gp, people, region

PEOPLE = 8_000


def home():
    return region(people=PEOPLE, nights=3)[0]


def test_about_one_per_cent_of_the_register_changes_in_a_night():
    before, after = (gp(home(), night=night).set_index("RegistrationId").astype(str).fillna("") for night in (1, 2))
    both = before.index.intersection(after.index)
    corrected = (before.loc[both] != after.loc[both]).any(axis=1).sum()
    new, gone = len(after.index.difference(before.index)), len(before.index.difference(after.index))
    assert new > 0
    assert gone > 0
    assert 0.005 < (corrected + new + gone) / len(before) < 0.02


def test_a_delta_night_holds_changes_only_with_amendments_and_deletions():
    first, second = (pd.read_csv(extract(home(), "emergency_attendance", night=night), dtype=str) for night in (1, 2))
    assert set(first["RECORD_STATUS"]) == {"N"}
    assert set(second["RECORD_STATUS"]) == {"N", "A", "D"}
    assert 0.005 < len(second) / len(first) < 0.02
    of_history = second["RECORD_STATUS"].isin(["A", "D"])
    assert second.loc[of_history, "ATTENDANCE_ID"].isin(first["ATTENDANCE_ID"]).all()
    assert not second.loc[~of_history, "ATTENDANCE_ID"].isin(first["ATTENDANCE_ID"]).any()
    assert set(second.loc[~of_history, "ARRIVAL_DATE"]) <= {"20260601"} | set(first["ARRIVAL_DATE"])


def test_a_delta_night_upserts_what_opened_closed_or_was_corrected_and_deletes_what_was_withdrawn():
    world = build_world(people=PEOPLE, seed=1, nights=20, inequality=0.5, start_date="2026-06-01")
    book = open_book(world, contracts()["homelessness"], district.homelessness(world))
    seen = set(book.changed(1).tolist())
    kinds = {"new": 0, "closed": 0, "corrected": 0, "deleted": 0}
    for night in range(2, 21):
        changed = book.changed(night)
        new = set(changed[book.appears[changed] == night].tolist())
        assert not new & seen
        assert set(changed.tolist()) - new <= seen
        seen |= new
        closed = changed[book.ends[changed] == night]
        said = book.on(night, closed)["closed_date"]
        assert (said == np.datetime64("2026-06-01") + (night - 2)).all()
        assert np.isnat(book.on(night - 1, closed)["closed_date"]).all()
        kinds["new"] += len(new)
        kinds["closed"] += len(closed)
        kinds["corrected"] += int((book.corrects[changed] == night).sum())
        kinds["deleted"] += int((book.deletes[changed] == night).sum())
    assert min(kinds.values()) > 0, kinds


def test_no_file_speaks_of_a_day_after_its_extract_date():
    incidents = pd.read_csv(extract(home(), "police_incident", night=2), dtype=str)["INCIDENT DATE"]
    dates = pd.to_datetime(incidents, format="%d-%b-%Y", errors="coerce").dropna()
    assert dates.max() == pd.Timestamp("2026-06-01")
    assert dates.min() < pd.Timestamp("2024-06-01")  # two years of history and more


def test_people_arrive_and_movers_are_followed_by_a_closed_and_a_new_account():
    assert set(people(home())["arrival_night"]) == {1, 2, 3}
    first, last = (_accounts(night) for night in (1, 3))
    closed = last[last["LIABLE_TO"].isin(["20260601", "20260531"]) & last["ACCOUNT_REF"].isin(first["ACCOUNT_REF"])]
    opened = last[~last["ACCOUNT_REF"].isin(first["ACCOUNT_REF"])]
    movers = closed.merge(opened, on="CONTACT_EMAIL", suffixes=("", "_new")).dropna(subset="CONTACT_EMAIL")
    assert len(movers) > 0
    assert (movers["PROPERTY_UPRN"] != movers["PROPERTY_UPRN_new"]).all()


def _accounts(night: int) -> pd.DataFrame:
    return pd.read_csv(
        extract(home(), "council_tax", night=night), sep="|", skiprows=2, skipfooter=1, dtype=str, engine="python"
    )
