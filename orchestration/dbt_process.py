"""Call dbt within this process: its import takes seconds, and Dagster's translator has imported it already.

What is called, and what its results mean, belongs to `dbt_step.py` and `dbt_manifest.py`.
"""

import contextlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from settings.environment import added
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
    with added(environment), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            return bool(dbtRunner().invoke([*arguments, "--quiet", *folders]).success)
        finally:
            os.chdir(here)
