"""What work used is measured, and shared out without loss."""

import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuation.metering import Meter, apportion

BURN = "import time\nwhile time.process_time() < 0.3: pass"


def test_sleeping_takes_wall_time_and_hardly_any_cpu():
    with Meter() as meter:
        time.sleep(0.2)
    assert 0.2 <= meter.usage.wall_seconds < 2 and meter.usage.cpu_seconds < 0.1


def test_work_takes_cpu_of_this_process_and_of_its_children():
    with Meter() as own:
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass
    with Meter() as children:
        subprocess.run([sys.executable, "-c", BURN], check=True)
    assert own.usage.cpu_seconds >= 0.19 and children.usage.cpu_seconds >= 0.29


def test_memory_is_the_peak_even_when_it_was_given_back():
    with Meter() as meter:
        block = bytearray(80_000_000)
        block[::4096] = b"x" * len(block[::4096])
        del block
    assert meter.usage.peak_bytes >= 80_000_000


def test_declared_bytes_are_those_of_the_files(tmp_path):
    (tmp_path / "a").write_bytes(b"123")
    with Meter() as meter:
        meter.read(tmp_path / "a", tmp_path / "a")
        meter.wrote(tmp_path / "a")
    assert (meter.usage.bytes_read, meter.usage.bytes_written) == (6, 3)


def test_a_failure_inside_is_measured_and_passed_on():
    meter = Meter()
    with pytest.raises(ValueError, match="inside"), meter:
        raise ValueError("inside")
    assert meter.usage.wall_seconds == meter.usage.wall_seconds > 0


@given(st.floats(0, 10_000), st.dictionaries(st.text(max_size=5), st.floats(0, 10_000), min_size=1, max_size=30))
def test_shares_of_models_add_up_to_the_total_exactly(total, seconds):
    shares = apportion(total, seconds)
    exact = sum(Decimal(repr(share)).quantize(Decimal("0.000001")) for share in shares.values())
    assert exact == Decimal(round(total * 1_000_000)) / 1_000_000
    assert set(shares) == set(seconds) and min(shares.values()) >= 0


def test_a_model_that_ran_three_times_as_long_gets_three_times_the_cpu():
    assert apportion(8.0, {"a": 3.0, "b": 1.0}) == {"a": 6.0, "b": 2.0}
    assert apportion(8.0, {"a": 0.0, "b": 0.0}) == {"a": 4.0, "b": 4.0}
    assert apportion(8.0, {}) == {}
