"""A run of some assets sees the rest of the graph as the last whole night left it."""

from orchestration.asset_graph import filled, is_part

WHOLE = {"raw/a": (), "linked/person": ("raw/a",), "tiers/one": ("linked/person",), "economics/x": ("tiers/one",)}


def test_a_whole_night_is_taken_as_it_is_and_forgets_what_is_gone():
    without = {asset: parents for asset, parents in WHOLE.items() if asset != "economics/x"}
    assert not is_part(WHOLE, {}) and not is_part(WHOLE, WHOLE) and not is_part(without, WHOLE)


def test_what_a_run_of_some_assets_does_not_know_is_filled_in():
    some = {"tiers/one": (), "economics/x": ("tiers/one",), "economics/y": ("tiers/one",)}
    assert is_part(some, WHOLE)
    assert filled(some, WHOLE) == {**WHOLE, "economics/y": ("tiers/one",)}
