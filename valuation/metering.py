"""How much of the machine a piece of work used: wall time, CPU, memory, bytes.

Only measuring belongs here; prices are `rates.py`. Measures this process and the children that it has waited for.
"""

import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from valuation.remainders import whole_parts

RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage counts bytes there, KiB elsewhere
MICRO = 1_000_000


@dataclass(frozen=True)
class Usage:
    """What one piece of work used."""

    wall_seconds: float
    cpu_seconds: float  # user and system, this process and its finished children
    peak_bytes: int  # resident memory at its highest
    bytes_read: int = 0  # as declared by the caller
    bytes_written: int = 0


class Meter:
    """Context manager that measures what is done inside it.

    `usage` may be read inside (so far) and after (in all). Meters may follow each other, not nest: each restarts the
    operating system's memory high-water mark where that is possible.
    """

    def __init__(self) -> None:
        self.bytes_read = 0
        self.bytes_written = 0
        self._done: Usage | None = None

    def __enter__(self) -> "Meter":
        self._is_peak_restarted = _restart_peak()
        self._children_peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self._cpu, self._wall = _cpu_seconds(), time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done = self._measure()

    def read(self, *paths: Path) -> None:
        """Declare files read; their sizes are added."""
        self.bytes_read += sum(path.stat().st_size for path in paths)

    def wrote(self, *paths: Path) -> None:
        """Declare files written; their sizes are added."""
        self.bytes_written += sum(path.stat().st_size for path in paths)

    @property
    def usage(self) -> Usage:
        measured = self._done or self._measure()
        return replace(measured, bytes_read=self.bytes_read, bytes_written=self.bytes_written)

    def _measure(self) -> Usage:
        return Usage(
            wall_seconds=time.perf_counter() - self._wall,
            cpu_seconds=max(0.0, _cpu_seconds() - self._cpu),
            peak_bytes=self._peak(),
        )

    def _peak(self) -> int:
        own = _high_water_mark() if self._is_peak_restarted else None
        if own is None:
            own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * RSS_UNIT
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        # The children's mark never falls, so it speaks of this work only if it rose meanwhile.
        return max(own, children * RSS_UNIT) if children > self._children_peak else own


def apportion(total_cpu_seconds: float, seconds_by_model: Mapping[str, float]) -> dict[str, float]:
    """Share a child's measured CPU among what it ran, by each one's own execution seconds.

    In whole microseconds that add up to the total exactly; equal shares where no execution time is known.
    """
    parts = whole_parts(round(total_cpu_seconds * MICRO), list(seconds_by_model.values()))
    return {name: part / MICRO for name, part in zip(seconds_by_model, parts, strict=True)}


def _cpu_seconds() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _restart_peak() -> bool:
    """Lower the high-water mark to what is resident now. Linux only; False where it cannot be done."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return _high_water_mark() is not None


def _high_water_mark() -> int | None:
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    found = next((line for line in status.splitlines() if line.startswith("VmHWM:")), None)
    return int(found.split()[1]) * 1024 if found else None
