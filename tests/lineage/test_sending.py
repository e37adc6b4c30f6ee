"""A receiver gets every event once, in order; one that is away costs a warning and no event."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from lineage import events, run_log, sending
from tests.lineage.made import COST, NOON, RESULT, RUN, STEP


@contextmanager
def _receiver(answer: int = 201) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A receiver on this machine that keeps what it is sent."""
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/api/v1/lineage"
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    path = run_log.open_log(tmp_path, RUN.run_id)
    run_log.append(path, [events.run_started(RUN, at=NOON), events.step_started(STEP, at=NOON)])
    run_log.append(path, [events.step_completed(RESULT, at=NOON), events.run_ended(RUN, at=NOON, cost=COST)])
    return run_log.close_log(path)


def test_a_receiver_gets_each_event_as_it_stands_in_the_file(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _receiver() as (url, got):
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        sent = sending.send(closed.parent, [closed])
        again = sending.send(closed.parent, [])
    assert got == [json.loads(line) for line in closed.read_text().splitlines()]
    assert (sent.events, sent.waiting_files, sent.problem) == (4, 0, None)
    assert again.events == 0


def test_what_a_receiver_missed_is_sent_by_the_next_run(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _receiver() as (url, _):
        pass
    monkeypatch.setenv("OPENLINEAGE_URL", url)  # nobody listens there any more
    missed = sending.send(closed.parent, [closed])
    assert missed.events == 0
    assert missed.waiting_files == 1
    assert missed.problem == "ConnectionError"
    with _receiver() as (url, got):
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        sent = sending.send(closed.parent, [])
    assert len(got) == sent.events == 4


def test_an_event_that_is_refused_for_good_holds_up_no_other(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _receiver(answer=422) as (url, got):
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        sent = sending.send(closed.parent, [closed])
    assert len(got) == sent.refused == 4
    assert sent.waiting_files == 0


def test_a_slow_receiver_holds_up_a_night_no_longer_than_its_patience(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _receiver() as (url, got):
        monkeypatch.setenv("OPENLINEAGE_URL", url)
        sent = sending.send(closed.parent, [closed], patience_seconds=-1)
    assert (got, sent.problem, sent.waiting_files) == ([], "TimeoutError", 1)


def test_nothing_is_sent_unless_the_environment_names_a_receiver() -> None:
    assert not sending.is_configured({})
    assert not sending.is_configured({"OPENLINEAGE_URL": ""})
    assert not sending.is_configured({"OPENLINEAGE_URL": "http://127.0.0.1", "OPENLINEAGE_DISABLED": "true"})
    assert sending.is_configured({"OPENLINEAGE_URL": "http://127.0.0.1"})
    assert sending.is_configured({"OPENLINEAGE__TRANSPORT__TYPE": "kafka"})
