"""The sensor's rule: run for a change that has come to rest, once."""

from pathlib import Path

from orchestration.landing_watch import listing_digest, settled


def test_a_change_is_run_for_once_it_looks_the_same_twice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    first = listing_digest(tmp_path)
    cursor, run = settled(None, first)
    assert run is None
    cursor, run = settled(cursor, first)
    assert run == first
    cursor, run = settled(cursor, first)
    assert run is None


def test_a_file_still_growing_starts_nothing(tmp_path: Path) -> None:
    cursor: str | None = None
    for length in range(1, 5):
        (tmp_path / "a.csv").write_text("x" * length)
        cursor, run = settled(cursor, listing_digest(tmp_path))
        assert run is None


def test_a_later_file_starts_another_run(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    cursor, _ = settled(None, listing_digest(tmp_path))
    cursor, first = settled(cursor, listing_digest(tmp_path))
    (tmp_path / "b.csv").write_text("y")
    cursor, run = settled(cursor, listing_digest(tmp_path))
    assert run is None
    cursor, second = settled(cursor, listing_digest(tmp_path))
    assert second is not None
    assert second != first


def test_an_empty_folder_starts_nothing(tmp_path: Path) -> None:
    cursor, run = settled(None, listing_digest(tmp_path))
    assert settled(cursor, listing_digest(tmp_path))[1] is None
    assert run is None
