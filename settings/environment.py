"""Environment variables set for a while, for libraries and processes that read nothing else.

Our own settings are read once, at the edge, and passed on as values; they do not belong here.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def added(values: Mapping[str, str]) -> Iterator[None]:
    """Within, these variables have these values; afterwards what they had before, or none."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
