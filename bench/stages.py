"""The stages that both sides are timed by, and which of the product's assets belong to which.

No timing is done here.
"""

STAGES = (
    "raw",
    "geography",
    "staging and identity",
    "pairs",
    "clusters",
    "persons",
    "households",
    "linked",
    "tiers",
    "published",
)
PRODUCT_ONLY = ("economics", "between steps")
BETWEEN = "between steps"  # starting Python and Dagster, loading definitions, storing events
OF_LAYER = {"staging": "staging and identity", "identity": "staging and identity"}


def stage_of(path: list[str]) -> str:
    """The stage of an asset by its key's parts, such as ['linkage', 'pairs']."""
    layer, name = path[0], path[-1]
    return name if layer == "linkage" else OF_LAYER.get(layer, layer)
