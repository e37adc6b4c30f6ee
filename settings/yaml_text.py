"""YAML text as values and as nodes that know their lines, in one pass. What a document means is not known here."""

from typing import Any


def parse(text: str) -> tuple[Any, Any]:
    """The values of a YAML text and its top node; None for both where it is empty. Raises yaml.YAMLError, ValueError.

    Read by libyaml where PyYAML has it: several times as fast, and a night reads the region's files often.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()
