"""What `mvld run` says when it cannot go on."""

import errno
import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from dagster._utils.error import serializable_error_info_from_exc_info

from orchestration.command import main
from orchestration.commands.run import _reason


def failure_of(error: Exception) -> SimpleNamespace:
    """A step's failure as Dagster records it: the retry is told, the error is its cause."""
    try:
        try:
            raise error
        except type(error) as cause:
            raise RuntimeError("asked to retry") from cause
    except RuntimeError as raised:
        info = serializable_error_info_from_exc_info((type(raised), raised, raised.__traceback__))
    return SimpleNamespace(user_failure_data=None, error=info)


def test_a_full_disk_is_no_bug_and_is_told_with_what_to_do():
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "snapshot.parquet")
    assert _reason(failure_of(full)) == "the disk is full; make room and run again, what was finished is kept"


def test_a_bug_is_told_by_its_kind_and_without_what_it_says():
    told = _reason(failure_of(ValueError("Ann Example, 12 Mill Lane")))
    assert told.startswith("ValueError (a bug") and "Ann" not in told


@pytest.mark.parametrize("command", ["run", "check-region", "forecast", "approve", "blueprint"])
def test_a_date_that_is_none_is_told_where_it_is_typed(command):
    outcome = CliRunner().invoke(main, [command, "--as-of", "01/06/2026"])
    assert outcome.exit_code == 2 and "write it like 2026-06-01" in outcome.output
