"""`mvld person`: what became of an id."""

import click


@click.command()
@click.argument("wanted", metavar="ID")
def person(wanted: str) -> None:
    """Follow a person's or household's ID to the one in use now, and tell its life: events, dates, counts."""
    from rich.console import Console
    from rich.table import Table

    from linkage.id_life import life_of
    from orchestration import installation
    from orchestration.run_lock import refuse_during_run

    home = installation.home()
    refuse_during_run(home.state / "run.lock")
    life = life_of(home, wanted)
    if len(life.path) > 1:
        click.echo(f"{' -> '.join(life.path)}: merged; use {life.current_id}")
    people = f"{life.people} people, " if life.kind == "household" else ""
    by_dataset = ", ".join(f"{dataset} {count}" for dataset, count in life.records.items())
    state = f"{people}{sum(life.records.values())} records: {by_dataset}" if life.is_live else "no record now"
    click.echo(f"{life.kind} {life.current_id}: {state}")
    if not life.events:
        click.echo("It was given before the history began.")
        return
    table = Table("run", "as of", "event", "id", "other id", "persons" if life.kind == "household" else "records")
    table.add_column("model")
    for event in life.events:
        table.add_row(
            str(event.run_no),
            event.as_of.isoformat(),
            event.event,
            event.id,
            event.other_id or "",
            str(event.members),
            event.model_version or "",
        )
    Console().print(table)
