"""Bridges: pairs whose removal would split a person's records into two parts. A graph algorithm and nothing else.

Every edge outside a spanning forest gets a random-looking label; an edge of the forest gets the exclusive or of the
labels of the edges that close a cycle over it. Nothing closes one over a bridge, so its label is zero (but for one
chance in 2^64). All steps are over whole levels of the forest at once.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

Numbers = NDArray[np.int64]


def find_bridges(left: Numbers, right: Numbers) -> tuple[NDArray[np.bool_], Numbers, Numbers]:
    """For each edge left[i]-right[i] (no edge twice): is it a bridge, and how many nodes hang on either side of it.

    The two sizes are those of the lesser and the greater side, 0 where the edge is no bridge.
    """
    edges = len(left)
    if not edges:
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    names, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b, nodes = ends[:edges], ends[edges:], len(names)
    parent, depth, component = _forest(a, b, nodes)
    is_tree = (parent[a] == b) | (parent[b] == a)
    label = np.zeros(nodes + 1, dtype=np.uint64)
    closing = _labels(np.flatnonzero(~is_tree))
    np.bitwise_xor.at(label, a[~is_tree], closing)
    np.bitwise_xor.at(label, b[~is_tree], closing)
    below = np.ones(nodes + 1, dtype=np.int64)
    for level in range(int(depth.max()), 1, -1):
        at = np.flatnonzero(depth == level)
        np.bitwise_xor.at(label, parent[at], label[at])
        np.add.at(below, parent[at], below[at])
    child = np.where(parent[a] == b, a, b)
    is_bridge = is_tree & (label[child] == 0)
    lower = np.where(is_bridge, below[child], 0)
    upper = np.where(is_bridge, np.bincount(component)[component[child]] - lower, 0)
    return is_bridge, np.minimum(lower, upper), np.maximum(lower, upper)


def _forest(a: Numbers, b: Numbers, nodes: int) -> tuple[Numbers, Numbers, Numbers]:
    """Parent and depth of each node in a spanning forest hung on one extra node, and each node's component."""
    graph = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(nodes, nodes))
    count, component = connected_components(graph, directed=False)
    roots = np.full(count, nodes, dtype=np.int64)
    np.minimum.at(roots, component, np.arange(nodes))
    rows, columns = np.concatenate([a, roots]), np.concatenate([b, np.full(count, nodes)])
    hung = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(nodes + 1, nodes + 1)).tocsr()
    order, parent = breadth_first_order(hung, nodes, directed=False)
    depth = np.zeros(nodes + 1, dtype=np.int64)
    level, at = np.array([nodes]), 0
    unseen = order[1:]
    while len(unseen):
        at += 1
        reached = np.isin(parent[unseen], level)
        level = unseen[reached]
        depth[level] = at
        unseen = unseen[~reached]
    return parent.astype(np.int64), depth, component.astype(np.int64)


def _labels(numbers: Numbers) -> NDArray[np.uint64]:
    """Well mixed 64-bit labels of numbers, always the same (the finaliser of SplitMix64)."""
    x = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def bridges_of_persons(work: Any, edges: str) -> None:
    """Make table `bridge` (person_no, lesser, greater) from query `edges` (person_no, a, b with record numbers)."""
    import pyarrow

    found = work.execute(edges).fetchnumpy()
    is_bridge, lesser, greater = find_bridges(found["a"].astype(np.int64), found["b"].astype(np.int64))
    columns = {"person_no": found["person_no"][is_bridge], "lesser": lesser[is_bridge], "greater": greater[is_bridge]}
    work.register("found_bridge", pyarrow.table(columns))
    work.execute("create or replace temp table bridge as select * from found_bridge")
    work.unregister("found_bridge")
