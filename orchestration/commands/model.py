"""`mvld model`: train a linkage model, see what it would change, and adopt it. Nights use the one adopted."""

import getpass

import click


@click.group()
def model() -> None:
    """Train, compare and adopt linkage models."""


@model.command()
def train() -> None:
    """Train a candidate on the records there are now. Nights go on with the model in use until you adopt it."""
    from linkage.model_versions import report_folder, train_version
    from linkage.policy import read_policy
    from linkage.store import as_date
    from orchestration import installation
    from orchestration.night import settled_date

    as_of = settled_date(None)
    policy = read_policy(installation.region().policies, as_of=as_date(as_of))
    made = train_version(installation.home(), policy=policy, as_of=as_of)
    click.echo(f"trained {made.version} on {made.records:,} records")
    click.echo(f"report:  {report_folder(installation.home(), made.version)}")
    click.echo(f"next:    mvld model compare {made.version}")


@model.command("list")
def list_models() -> None:
    """All versions; the one in use has a star."""
    from rich.console import Console
    from rich.table import Table

    from linkage.model_versions import in_use, list_versions
    from orchestration import installation

    used = in_use(installation.home())
    table = Table("", "version", "trained as of", "records", "comparisons")
    for one in list_versions(installation.home()):
        star = "*" if used and one.version == used.version else ""
        table.add_row(star, one.version, one.trained_as_of, f"{one.records:,}", str(one.comparisons))
    Console().print(table)
    if used:
        click.echo(f"in use since {used.adopted_at}, adopted by {used.adopted_by}")


@model.command()
@click.argument("version", required=False)
def show(version: str | None) -> None:
    """The weights of a version's comparison levels, in bits; of the one in use if none is named."""
    from math import log2

    from rich.console import Console
    from rich.table import Table

    from linkage.model_versions import find_version, need_in_use, read_settings
    from orchestration import installation

    name = version or need_in_use(installation.home()).version
    about = find_version(installation.home(), name)
    table = Table(
        "comparison", "level", "of true pairs", "by chance", "bits", title=f"{name}, {about.records:,} records"
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for comparison in read_settings(installation.home(), name).get("comparisons", []):
        for level in comparison["comparison_levels"]:
            m, u = level.get("m_probability"), level.get("u_probability")
            if m and u:
                bits = f"{log2(m / u):+.1f}"
                table.add_row(comparison["output_column_name"], level["label_for_charts"], f"{m:.4f}", f"{u:.6f}", bits)
    Console().print(table)


@model.command()
@click.argument("version")
def compare(version: str) -> None:
    """Link tonight's records with VERSION and show which clusters would change. Nothing is written to them."""
    from linkage.model_compare import compare as compared
    from orchestration import installation
    from orchestration.night import settled_date

    difference, quality = compared(
        installation.home(), version, policies=installation.region().policies, as_of=settled_date(None)
    )
    for name, value in difference.as_metadata().items():
        click.echo(f"{name.replace('_', ' '):<20} {value:,}" if isinstance(value, int) else f"{name:<20} {value}")
    for name, found in quality.items():
        click.echo(
            f"{name}: pairs {found.pair_precision:.4f} precision, {found.pair_recall:.4f} recall; "
            f"clusters {found.cluster_precision:.4f} precision, {found.cluster_recall:.4f} recall"
        )


@model.command()
@click.argument("version")
@click.option("--yes", is_flag=True, help="Adopt without having seen the comparison for tonight's records.")
@click.option("--by", help="Who adopts it. Default: the user who is logged in.")
def adopt(version: str, yes: bool, by: str | None) -> None:
    """Use VERSION from the next night on. All pairs are then scored again, once."""
    from linkage import model_versions
    from linkage.model_compare import was_compared
    from orchestration import installation
    from settings.errors import UserError

    model_versions.find_version(installation.home(), version)
    if not yes and not was_compared(installation.home(), version):
        raise UserError(
            f"nobody has seen yet what model '{version}' would change in tonight's clusters",
            [f"run `mvld model compare {version}` first, or adopt it with --yes"],
        )
    used = model_versions.adopt(installation.home(), version, by=by or getpass.getuser())
    click.echo(f"in use from the next night on: {used.version} (before: {used.previous or 'none'})")
