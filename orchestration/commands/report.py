"""`mvld report`: where the board's report is, opened in a browser or written again from the tables as they are."""

import webbrowser

import click


@click.command()
@click.option("--open", "is_open", is_flag=True, help="Open it in the browser.")
@click.option("--again", is_flag=True, help="Write it again from the tables as they are, without a night.")
def report(is_open: bool, again: bool) -> None:
    """Say where the report for the board is: what to share, with whom, in which order, for how much."""
    from orchestration import installation
    from settings.errors import NothingPublished
    from sharing.release import query
    from valuation.report.site import report_path, write_report

    home = installation.home()
    if again:
        as_of = query(home, "select as_of from about.release").rows[0][0]
        write_report(home, installation.region(), installation.contracts(), as_of=as_of)
    path = report_path(home)
    if not path.exists():
        raise NothingPublished("there is no report yet", ["run `mvld run` first"])
    click.echo(path)
    if is_open:
        webbrowser.open(path.resolve().as_uri())
