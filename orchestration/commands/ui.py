"""`mvld ui`: the Dagster UI over this home's runs."""

import os
import sys
from pathlib import Path

import click


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
def ui(port: int, host: str) -> None:
    """Open the Dagster UI, with its schedule and sensor, on the runs of this home."""
    from orchestration import installation
    from orchestration.instance import prepare
    from settings.paths import REPOSITORY

    prepare(installation.home())
    os.environ.update({"MVLD_HOME": str(installation.home().root), "MVLD_REGION": str(installation.region().root)})
    os.chdir(REPOSITORY)
    click.echo(f"The Dagster UI will be at http://{host}:{port}; stop it with Ctrl-C.")
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "--workspace", "workspace.yaml", "--host", host, "--port", str(port)])
