"""One run at a time: DuckDB has one writer, and two nights at once would publish neither."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from settings.errors import UserError


@contextmanager
def one_run_at_a_time(lock: Path) -> Iterator[None]:
    """Hold `lock` while a run goes on. The system frees it when the process ends, however it ends.

    Raises UserError at once if another run holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                "Another run is in progress here", ["wait for it to end, or stop it, then run again"]
            ) from error
        yield


def refuse_during_run(lock: Path) -> None:
    """Raise UserError while a run holds `lock`. Holds nothing itself: a run may begin right after."""
    if not lock.exists():
        return
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError("A run is in progress here", ["wait for it to end, then ask again"]) from error
