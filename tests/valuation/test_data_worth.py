"""Shapley's share and its companions, on games whose answer is known."""

import pytest

from valuation.data_worth import choices_of, share_worth

GLOVES = {  # a left and two right gloves: a pair is worth 60
    frozenset(): 0.0,
    frozenset("l"): 0.0,
    frozenset("r"): 0.0,
    frozenset("s"): 0.0,
    frozenset("lr"): 60.0,
    frozenset("ls"): 60.0,
    frozenset("rs"): 0.0,
    frozenset("lrs"): 60.0,
}


def test_the_glove_game_has_its_textbook_shares():
    shares = {part.dataset: part for part in share_worth(GLOVES, ["l", "r", "s"], max_shapley=3)}
    assert {name: part.shapley_gbp for name, part in shares.items()} == pytest.approx({"l": 40, "r": 10, "s": 10})
    assert shares["l"].marginal_gbp == 60
    assert shares["r"].marginal_gbp == 0
    assert shares["l"].alone_gbp == 0


def test_a_data_set_that_adds_nothing_anywhere_gets_nothing():
    worth = {choice: float(len(choice - {"noise"}) ** 2) for choice in choices_of(["a", "b", "noise"], max_shapley=3)}
    shares = {part.dataset: part.shapley_gbp for part in share_worth(worth, ["a", "b", "noise"], max_shapley=3)}
    assert shares == pytest.approx({"a": 2, "b": 2, "noise": 0})


def test_with_too_many_data_sets_only_the_choices_needed_are_asked_for():
    names = list("abcdef")
    choices = choices_of(names, max_shapley=5)
    assert len(choices) == 1 + 6 + 6 + 1
    shares = share_worth({choice: float(len(choice)) for choice in choices}, names, max_shapley=5)
    assert all(part.shapley_gbp is None and part.alone_gbp == part.marginal_gbp == 1 for part in shares)


def test_all_choices_are_asked_for_where_few_enough():
    assert len(choices_of(list("abcde"), max_shapley=5)) == 32
    assert choices_of([], max_shapley=5) == [frozenset()]
