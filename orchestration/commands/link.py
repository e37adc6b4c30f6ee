"""`mvld link`: link the person records of any CSV or Parquet files, without the rest of the product."""

import shlex
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linkage.files.link_files import LinkedFiles

FEW = 500  # records; with fewer there is little to learn chances from

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--output", "-o", required=True, type=FILE, help="Where to write record_id, file, person_id: Parquet or CSV."
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="ROLE=COLUMN",
    help="The column of an identity role, such as given_name=first_name. Several of one role are read together.",
)
@click.option("--extra", "extras", multiple=True, metavar="COLUMN", help="A further column that people tend to keep.")
@click.option("--id", "identifier", metavar="COLUMN", help="What tells records apart; 'row_number' where nothing does.")
@click.option("--threshold", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Least match probability.")
@click.option("--truth", metavar="COLUMN", help="The true person: prints how well people were found. Never linked on.")
@click.option("--pairs", type=FILE, help="Also write the pairs with weight, probability and reason.")
@click.option("--link-only", is_flag=True, help="No two records of one file are one person.")
def link(
    files: tuple[Path, ...],
    output: Path,
    mapped: tuple[str, ...],
    extras: tuple[str, ...],
    identifier: str | None,
    threshold: float | None,
    truth: str | None,
    pairs: Path | None,
    link_only: bool,
) -> None:
    """Find the records of one person in FILES (CSV or Parquet with a header).

    One file is de-duplicated; several are linked and de-duplicated. Columns with obvious names, such as first_name or
    dob, find their role by themselves; --map says the others. No labels are needed.

    Roles: given_name, family_name, birth_date, sex, postcode, address, uprn, nhs_number, upn, nino, phone, email.
    """
    from dataclasses import replace
    from datetime import date

    from linkage.files.file_columns import Wanted, parse_map
    from linkage.files.link_files import link_files
    from linkage.policy import read_policy
    from orchestration import installation
    from settings.errors import UserError

    problems: list[str] = []
    roles = parse_map(mapped, problems)
    if link_only and len(files) < 2:
        problems.append("--link-only: links between files, so name at least two")
    if problems:
        raise UserError(
            "the files cannot be linked", [*problems, *(f"{f}: no such file" for f in files if not f.is_file())]
        )
    policy = read_policy(installation.region().policies, as_of=date.max)
    if threshold is not None:
        policy = replace(policy, match_threshold=threshold, pair_floor=min(policy.pair_floor, threshold))
    wanted = Wanted(roles, extras, identifier, truth)
    linked = link_files(
        files,
        wanted,
        output=output,
        policy=policy,
        pairs=pairs,
        link_only=link_only,
        progress=_progress(),
    )
    tell(linked, output)


def _progress() -> Callable[[str], None]:
    """Tells each step as it begins, with the seconds since the start, on standard error."""
    start = monotonic()

    def tell_step(step: str) -> None:
        click.echo(f"{monotonic() - start:6.0f} s  {step}", err=True)

    return tell_step


def tell(linked: "LinkedFiles", output: Path) -> None:
    """Print what was read and found: columns and counts, never a value."""
    for name, columns in linked.columns.items():
        used = [f"{role} = {' + '.join(found)}" for role, found in columns.roles.items()]
        click.echo(f"{name}: record id = {columns.identifier or 'row number'}; {'; '.join(used)}")
        if columns.extras:
            click.echo(f"  further columns: {', '.join(columns.extras)}")
        if columns.obvious:
            click.echo(f"  found by their names: {', '.join(columns.obvious)}")
    for role, count in linked.unread.items():
        click.echo(f"{role}: {count:,} value(s) are not of its form and count as missing")
    for hint in linked.hints:
        those = "look" if len(hint.unused) > 1 else "looks"
        maps = " ".join(f"--map {shlex.quote(f'{hint.role}={column}')}" for column in hint.columns)
        click.echo(f"hint: {hint.file}: {', '.join(hint.unused)} {those} like {hint.role}: {maps}")
    if linked.records < FEW:
        click.echo(f"hint: {linked.records:,} records are few to learn from; persons may be missed")
    click.echo(f"{linked.records:,} records, {linked.persons:,} persons, {linked.pairs:,} pairs kept: {output}")
    if linked.quality:
        q = linked.quality
        click.echo("quality          precision  recall      F1")
        click.echo(f"pairs            {q.pair_precision:9.4f}  {q.pair_recall:6.4f}  {q.pair_f1:6.4f}")
        click.echo(f"clusters         {q.cluster_precision:9.4f}  {q.cluster_recall:6.4f}  {q.cluster_f1:6.4f}")
    if linked.quality_between:
        b = linked.quality_between
        click.echo("quality          precision  recall      F1")
        click.echo(f"pairs of 2 files {b.precision:9.4f}  {b.recall:6.4f}  {b.f1:6.4f}")
