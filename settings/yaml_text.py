"""YAML text as values and as nodes that know their lines, in one pass. What a document means is not known here."""

from typing import Any

DEEP = 5_000  # levels that libyaml bears on the smallest stack; beyond some 100,000 it takes the process down


def parse(text: str) -> tuple[Any, Any]:
    """The values of a YAML text and its top node; None for both where it is empty.

    Raises yaml.YAMLError, ValueError, and RecursionError where it is nested too deep.
    Read by libyaml where PyYAML has it: several times as fast, and a night reads the region's files often.
    """
    import yaml

    kind = yaml.SafeLoader if _may_be_deep(text) else getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = kind(text)
    try:
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), node
    finally:
        loader.dispose()


def _may_be_deep(text: str) -> bool:
    """Whether there are brackets or a line for so many levels: every level takes one of either."""
    return text.count("[") + text.count("{") > DEEP or max(map(len, text.splitlines()), default=0) > DEEP
