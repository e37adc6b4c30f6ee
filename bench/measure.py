"""Runs one command and measures it whole: wall, CPU, and the memory of its process tree.

What is run, and what its seconds went on, is not known here.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SAMPLE_SECONDS = 0.2
SHOWN_LINES = 20
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
Watch = Callable[[float, int, str], None]


class CommandFailed(Exception):
    """The measured command ended with an error; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Measured:
    """One command's use of the machine.

    peak_bytes: the highest sum of resident memory (RSS) over the process and all its descendants, sampled every 0.2 s.
    Pages that two processes share count twice, so it errs upwards. load: the machine's one-minute load average before
    and after; this command itself is in the second.
    """

    wall_seconds: float
    cpu_seconds: float  # user and system, with all descendants that were waited for
    peak_bytes: int
    load: tuple[float, float]


def measure(
    command: Sequence[str], *, environment: Mapping[str, str], log: Path, watch: Watch | None = None
) -> Measured:
    """Run `command` with its output in `log`. `watch` is told seconds so far, bytes resident now, the log's last line.

    Linux only, as memory is read from /proc. Raises CommandFailed.
    """
    load = os.getloadavg()[0]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT)
        sampler = _Sampler(process.pid, started, log, watch)
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)  # the usage of the child and of those that it waited for
        except BaseException:
            process.terminate()
            raise
        finally:
            sampler.stop()
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
        raise CommandFailed("\n".join([f"exit code {process.returncode}: {' '.join(command)}", *lines]))
    return Measured(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=sampler.peak_bytes,
        load=(round(load, 2), round(os.getloadavg()[0], 2)),
    )


class _Sampler(threading.Thread):
    """Looks at the tree until stopped, and keeps the highest sum."""

    def __init__(self, root: int, started: float, log: Path, watch: Watch | None) -> None:
        super().__init__(daemon=True)
        self.root, self.started, self.log, self.watch = root, started, log, watch
        self.peak_bytes = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            now = sum(map(resident_bytes, tree(self.root)))
            self.peak_bytes = max(self.peak_bytes, now)
            if self.watch:
                self.watch(time.perf_counter() - self.started, now, _last_line(self.log))
            self.ended.wait(SAMPLE_SECONDS)

    def stop(self) -> None:
        self.ended.set()
        self.join()


def tree(root: int) -> list[int]:
    """Process ids of `root` and all its descendants that are alive now."""
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                waiting.extend(int(child) for child in children.read_text().split())
            except OSError:
                continue  # the thread ended meanwhile
    return found


def resident_bytes(process: int) -> int:
    """Resident memory of one process; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def _last_line(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 500))
        lines = file.read().decode(errors="replace").splitlines()
    return lines[-1].strip() if lines else ""
