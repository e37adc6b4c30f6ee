"""The yardstick: a tree's memory and CPU are seen, a failure is told, every stage has its place in the table."""

import sys
from pathlib import Path

import pytest

from bench.measure import CommandFailed, measure
from bench.stages import STAGES, stage_of

MEGABYTE = 1_000_000
HELD = 200 * MEGABYTE
HOLD = f"import time; held = bytearray({HELD}); held[::4096] = b'x' * len(held[::4096]); time.sleep(1)"
SPIN = "import time\nwhile time.process_time() < 0.5: pass"


def in_a_child(code: str) -> list[str]:
    """A command whose child, not itself, runs `code`."""
    return [
        sys.executable,
        "-c",
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}], check=True)",
    ]


def test_memory_and_cpu_of_children_count(tmp_path: Path) -> None:
    held = measure(in_a_child(HOLD), environment={}, log=tmp_path / "log")
    assert HELD < held.peak_bytes < HELD + 100 * MEGABYTE
    assert held.wall_seconds > 1
    spun = measure(in_a_child(SPIN), environment={}, log=tmp_path / "log")
    assert spun.cpu_seconds >= 0.5


def test_the_watcher_sees_the_log_and_the_environment_reaches_the_command(tmp_path: Path) -> None:
    seen: list[str] = []
    code = "import os, time; print(os.environ['STAGE'], flush=True); time.sleep(0.6)"
    measure(
        [sys.executable, "-c", code],
        environment={"STAGE": "pairs"},
        log=tmp_path / "log",
        watch=lambda seconds, resident, line: seen.append(line),
    )
    assert "pairs" in seen


def test_a_failed_command_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"exit code 3(?s:.)*no extract"):
        measure(
            [sys.executable, "-c", "print('no extract'); raise SystemExit(3)"], environment={}, log=tmp_path / "log"
        )


@pytest.mark.parametrize(
    ("key", "stage"),
    [
        (["raw", "gp_register"], "raw"),
        (["staging", "stg_gp_register"], "staging and identity"),
        (["identity", "person_records"], "staging and identity"),
        (["linkage", "pairs"], "pairs"),
        (["tiers", "ward_rag"], "tiers"),
        (["published", "release"], "published"),
    ],
)
def test_every_asset_counts_in_a_stage_of_the_table(key: list[str], stage: str) -> None:
    assert stage_of(key) == stage
    assert stage in STAGES
