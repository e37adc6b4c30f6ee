"""Call dbt within this process: its import takes seconds, and Dagster's translator has imported it already.

What is called, and what its results mean, belongs to `dbt_step.py` and `dbt_manifest.py`.
"""

import contextlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from settings.paths import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"


def invoke(arguments: Sequence[str], *, environment: Mapping[str, str]) -> bool:
    """Run `dbt ARGUMENTS` on the project with `environment` added; say whether it succeeded.

    Nothing is printed. dbt's log goes where the environment says, which is inside the identity store: a database error
    may quote a value.
    """
    from dbt.cli.main import dbtRunner

    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    here = Path.cwd()  # dbt moves to its project's folder
    with _added(environment), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return bool(dbtRunner().invoke([*arguments, "--quiet", *folders]).success)
        finally:
            os.chdir(here)


@contextlib.contextmanager
def _added(values: Mapping[str, str]) -> Iterator[None]:
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
