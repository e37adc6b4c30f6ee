"""`mvld check-region`: judge the region's files before a night does."""

import click


@click.command()
def check_region() -> None:
    """Read every contract and say all that is wrong, at once."""
    from orchestration import installation

    found = installation.contracts()
    for contract in found.values():
        click.echo(f"{contract.dataset:28} {contract.format.kind:8} {contract.delivery:9} {contract.subject}")
    click.echo(f"{len(found)} contracts are sound.")
