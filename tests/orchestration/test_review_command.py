"""`mvld review` and `mvld person` as a clerk types them."""

import fcntl
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linkage.policy import read_policy
from linkage.review_queue import make_queue, write_queue
from linkage.store import STORE, open_work
from orchestration import installation
from orchestration.command import main
from settings.paths import REPOSITORY, Home
from tests.linkage.identity_store import POLICIES, rows, write_records

REASON = "given_name: nickname +4.1; birth_date: differs -6.2"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Two pairs of records wait; P00000002 was merged into P00000001."""
    home = Home(tmp_path)
    write_records(home, [{"record_id": name, "given_name": f"Zoë {name}", "phone": "07700"} for name in "abcd"])
    with open_work(home) as work:
        work.execute(
            f"create table {STORE}.linkage.persons as select record_id, record_id as person_id, 'gp' as dataset "
            f"from {STORE}.identity.person_records"
        )
        work.execute(f"""
            create table {STORE}.linkage.pairs as
            select *, 3.5::double as match_weight, '{REASON}' as match_reason, 'm1' as model_version
            from (values ('a', 'b', 0.5::double), ('c', 'd', 0.9)) as t(record_id_l, record_id_r, match_probability)
        """)
        make_queue(work, policy=read_policy(POLICIES, as_of=date(2026, 6, 1)), model_version="m1")
        write_queue(work)
        work.execute(f"""
            create or replace table {STORE}.linkage.persons as
            select unnest(['a', 'b', 'c']) as record_id, unnest(['gp', 'gp', 'tax']) as dataset,
                'P00000001' as person_id;
            insert into {STORE}.linkage.person_history values
                (1, 'person', 'birth', 'P00000001', null, 2, '2026-06-01', 'x', 'm1'),
                (1, 'person', 'birth', 'P00000002', null, 1, '2026-06-01', 'x', 'm1'),
                (2, 'person', 'merge', 'P00000002', 'P00000001', 1, '2026-06-02', 'y', 'm1')
        """)
    monkeypatch.setenv("MVLD_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    installation.home.cache_clear()
    yield home
    installation.home.cache_clear()


def mvld(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=answers)


def decisions(home: Home) -> list[tuple[Any, ...]]:
    return rows(
        home, "select record_id_l || record_id_r, decision, reviewer from linkage.decision order by decision_no"
    )


def test_a_session_decides_undoes_and_skips(home: Home) -> None:
    done = mvld("review", "--reviewer", "ann", answers="s\nz\nd\nk\n")
    assert done.exit_code == 0, done.output
    assert "Zoë a" in done.output and "nickname" in done.output and "-6.2" in done.output
    assert "1 decided, 1 still wait" in done.output
    assert decisions(home) == [("ab", "same", "ann"), ("ab", "undone", "ann"), ("ab", "different", "ann")]
    kept = rows(home, "select match_probability, model_version, as_of from linkage.decision where decision = 'same'")
    assert kept == [(0.5, "m1", date(2026, 6, 1))]
    again = mvld("review", answers="u\n")
    assert "Zoë c" in again.output and "Zoë a" not in again.output
    assert "No pair waits" in mvld("review").output


def test_the_list_shows_no_value_and_asks_nothing(home: Home) -> None:
    listed = mvld("review", "--list", "5")
    assert listed.exit_code == 0
    assert "gp, gp" in listed.output and "0.900" in listed.output
    assert "Zoë" not in listed.output


def test_the_last_decision_can_be_taken_back_later(home: Home) -> None:
    mvld("review", "--reviewer", "ann", answers="same\nquit\n")
    assert "no decision to take back" in mvld("review", "--reviewer", "bob", "--undo").output
    assert "Decision 1 is taken back" in mvld("review", "--reviewer", "ann", "--undo").output
    assert "Zoë a" in mvld("review", answers="q\n").output


def test_while_a_run_goes_on_the_command_refuses(home: Home) -> None:
    lock = home.state / "run.lock"
    lock.parent.mkdir()
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for command in (["review"], ["person", "P00000001"]):
            done = mvld(*command, answers="s\n")
            assert done.exit_code == 1
            assert "A run is in progress here" in done.output
    assert rows(home, "select 1 from duckdb_tables() where table_name = 'decision'") == []


def test_a_decision_waits_for_a_run_that_began_meanwhile(home: Home) -> None:
    """A pseudo-terminal: the clerk has a pair on the screen when a run takes the lock."""
    lock = home.state / "run.lock"
    lock.parent.mkdir()
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "orchestration.command", "review", "--reviewer", "ann"]
    clerk = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, cwd=REPOSITORY, env=dict(os.environ))
    os.close(end)
    assert "Zoë b" in _read_until(terminal, "uit: ")
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.write(terminal, b"same\n")
        _read_until(terminal, "waiting for it to end")
    _read_until(terminal, "uit: ")
    os.write(terminal, b"q\n")
    assert clerk.wait(timeout=60) == 0
    assert decisions(home) == [("ab", "same", "ann")]


def _read_until(terminal: int, text: str) -> str:
    seen = b""
    while text.encode() not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"the terminal never showed {text!r}"
        seen += os.read(terminal, 4096)
    return seen.decode()


def test_a_redirect_is_followed_and_the_life_is_told_in_counts(home: Home) -> None:
    told = mvld("person", "p00000002")
    assert told.exit_code == 0, told.output
    assert "P00000002 -> P00000001: merged; use P00000001" in told.output
    assert "person P00000001: 3 records: gp 2, tax 1" in told.output
    assert told.output.count("birth") == 2 and told.output.count("merge") == 2
    assert "Zoë" not in told.output


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("P00000009", "No person has or had this id"),
        ("H0000009", "No household has or had this id"),
        ("Smith", "ids look like P00000001 or H0000001"),
        ("P1' or true --", "ids look like"),
    ],
)
def test_an_unknown_or_malformed_id_is_told_plainly(home: Home, asked: str, complaint: str) -> None:
    refused = mvld("person", asked)
    assert refused.exit_code == 1
    assert complaint in refused.output
