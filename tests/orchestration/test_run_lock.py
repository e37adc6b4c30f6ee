"""One run at a time, whatever becomes of the run before."""

from pathlib import Path

import pytest

from orchestration.run_lock import one_run_at_a_time
from settings.errors import UserError


def test_a_second_run_is_refused_while_one_goes_on(tmp_path: Path) -> None:
    with (
        one_run_at_a_time(tmp_path / "lock"),
        pytest.raises(UserError, match="in progress"),
        one_run_at_a_time(tmp_path / "lock"),
    ):
        pass


def test_a_run_that_failed_leaves_the_lock_free(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="work"), one_run_at_a_time(tmp_path / "lock"):
        raise ValueError("work")
    with one_run_at_a_time(tmp_path / "lock"):
        pass
