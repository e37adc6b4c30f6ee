"""The `mvld` command: what a person types. Errors that a user can mend end in one plain message and exit code 1."""

import importlib
import os
import sys
from typing import Any

import click

COMMANDS = {
    "run": ("orchestration.commands.run", "run"),
    "ui": ("orchestration.commands.ui", "ui"),
    "demo": ("orchestration.commands.demo", "demo"),
    "tiers": ("orchestration.commands.release", "tiers"),
    "sql": ("orchestration.commands.release", "sql"),
    "link": ("orchestration.commands.link", "link"),
    "person": ("orchestration.commands.person", "person"),
    "review": ("orchestration.commands.review", "review"),
    "model": ("orchestration.commands.model", "model"),
    "costs": ("orchestration.commands.costs", "costs"),
    "forecast": ("orchestration.commands.forecast", "forecast"),
    "report": ("orchestration.commands.report", "report"),
    "share-key": ("orchestration.commands.share_key", "show_share_key"),
    "scan": ("orchestration.commands.scan", "scan"),
    "blueprint": ("orchestration.commands.blueprint", "blueprint"),
    "check-region": ("orchestration.commands.region", "check_region"),
    "approve": ("orchestration.commands.approve", "approve"),
    "explain-access": ("orchestration.commands.access", "explain_access"),
    "erase": ("orchestration.commands.rights", "erase"),
    "subject-report": ("orchestration.commands.rights", "subject_report"),
}


class LazyGroup(click.Group):
    """Imports a command's module when that command is asked for, so that `--help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        from settings.errors import UserError

        try:
            return super().invoke(ctx)
        except UserError as error:
            click.secho(str(error), fg="red", err=True)
            raise click.exceptions.Exit(1) from None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", type=click.Path(file_okay=False), help="Data folder. Default: MVLD_HOME, else data/.")
@click.option(
    "--region", type=click.Path(file_okay=False, exists=True), help="Region folder. Default: MVLD_REGION, else region/."
)
def main(home: str | None, region: str | None) -> None:
    """Minimal viable linked data: link partners' extracts, build every tier, publish, count the cost."""
    from settings.files import new_files_are_private

    new_files_are_private()
    if home:
        os.environ["MVLD_HOME"] = home
    if region:
        os.environ["MVLD_REGION"] = region


if __name__ == "__main__":
    sys.exit(main())
