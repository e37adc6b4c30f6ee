"""Bridges in drawn graphs, and in random ones against networkx."""

import networkx
import numpy as np
import pytest

from linkage.evaluation.bridges import find_bridges


def bridges(edges: list[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    left, right = (np.array(side, dtype=np.int64) for side in zip(*edges, strict=True))
    is_bridge, lesser, greater = find_bridges(left, right)
    return {
        edge: (int(low), int(high))
        for edge, found, low, high in zip(edges, is_bridge, lesser, greater, strict=True)
        if found
    }


def test_the_edge_between_two_triangles_is_a_bridge_and_its_sides_are_counted() -> None:
    triangles = [(1, 2), (2, 3), (1, 3), (7, 8), (8, 9), (7, 9)]
    assert bridges([*triangles, (3, 7)]) == {(3, 7): (3, 3)}
    assert bridges([*triangles, (3, 7), (1, 9)]) == {}


def test_a_chain_is_all_bridges_and_a_ring_has_none() -> None:
    assert bridges([(1, 2), (2, 3), (3, 4)]) == {(1, 2): (1, 3), (2, 3): (2, 2), (3, 4): (1, 3)}
    assert bridges([(1, 2), (2, 3), (3, 4), (4, 5), (1, 5)]) == {}


def test_no_edge_no_bridge() -> None:
    empty = np.zeros(0, dtype=np.int64)
    assert len(find_bridges(empty, empty)[0]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_random_graphs_have_the_bridges_that_networkx_finds(seed: int) -> None:
    graph = networkx.gnm_random_graph(300, 320, seed=seed)
    expected = {tuple(sorted(edge)) for edge in networkx.bridges(graph)}
    assert {tuple(sorted(edge)) for edge in bridges(list(graph.edges))} == expected
    assert 10 < len(expected) < 320
