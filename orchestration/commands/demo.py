"""`mvld demo`: make the demo region's extracts."""

import click


@click.command()
@click.option("--people", default=20_000, show_default=True, type=click.IntRange(100), help="People in the region.")
@click.option("--seed", default=1, show_default=True, help="Equal seeds make equal files, to the byte.")
@click.option(
    "--nights",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="Nights of extracts; about 1% changes in each.",
)
@click.option(
    "--inequality", default=0.5, show_default=True, type=click.FloatRange(0, 1), help="How unequal the areas are."
)
def demo(people: int, seed: int, nights: int, inequality: float) -> None:
    """Write the fictional region Fenshire's extracts into the landing folder, and the truth beside it."""
    from demo.write import write_demo
    from orchestration import installation

    made = write_demo(
        installation.home(), people=people, seed=seed, nights=nights, inequality=inequality, progress=click.echo
    )
    click.echo(f"{made.people:,} people, {made.files} files in {made.seconds:.0f} s: {installation.home().landing}")
