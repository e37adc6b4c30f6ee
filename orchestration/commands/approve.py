"""`mvld approve`: let a share out, or a wider one. Two people sign, each by one call."""

from typing import TYPE_CHECKING

import click

from orchestration.commands.iso_date import ISO_DATE

if TYPE_CHECKING:
    from rich.table import Table

    from sharing.access import Access


@click.command()
@click.argument("group", required=False)
@click.option("--role", help="Who signs, by role. Names of people do not belong in the region.")
@click.option("--organisation", help="Whose role it is.")
@click.option("--date", "signed_on", type=ISO_DATE, help="The ISO date of the signature. Default: today.")
@click.option("--as-of", type=ISO_DATE, help="Judge agreements by this ISO date. Default: the latest extract's date.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def approve(
    group: str | None, role: str | None, organisation: str | None, signed_on: str | None, as_of: str | None, yes: bool
) -> None:
    """Show what awaits approval, of all groups or of GROUP, and sign it with --role and --organisation.

    A share goes out, and widens, only after as many different people signed as policies/sharing.csv asks for. The
    signatures are kept in the region, in approvals/GROUP.yaml; the next run honours them. Narrowing needs nobody.
    """
    from datetime import UTC, date, datetime

    from rich.console import Console

    from orchestration import installation
    from orchestration.night import settled_date
    from settings.errors import UserError
    from sharing.access import read_access
    from sharing.approval_writer import sign
    from sharing.governance import Approver
    from sharing.region_yaml import closest

    on = settled_date(as_of)
    region = installation.region()
    access = read_access(region, installation.contracts(), as_of=on)
    groups = access.governance.groups
    if group is not None and group not in groups:
        raise UserError(f"There is no user group '{group}'", [closest(group, groups)])
    table = _waiting(access, [group] if group else list(groups), on=on)
    if not table.row_count:
        click.echo(f"Nothing of {group or 'any group'} awaits approval on {on}.")
        return
    Console().print(table)
    if group is None or not (role and organisation):
        click.echo("Sign with: mvld approve GROUP --role ROLE --organisation ORGANISATION")
        return
    if not yes:
        click.confirm(f"Sign for {group} as {role}, {organisation}?", abort=True)
    day = date.fromisoformat(signed_on) if signed_on else datetime.now(UTC).date()
    path, have, needed = sign(region, access, group, Approver(role=role, organisation=organisation, signed_on=day))
    left = needed - have
    what = "It goes out with the next run." if left <= 0 else f"{left} more must sign."
    click.echo(f"Signed ({have} of {needed}) in {path}. {what}")


def _waiting(access: "Access", groups: list[str], *, on: str) -> "Table":
    """What awaits approval: a line per group and data set."""
    from rich.table import Table

    from sharing.approval import signed
    from sharing.explain import in_short

    approvals, policy = access.governance.approvals, access.policy
    table = Table("user group", "data set", "awaits approval", "signatures", title=f"Agreed, not yet let out, on {on}")
    if policy is None:
        return table
    for name in groups:
        waiting = access.awaiting(name)
        for dataset in sorted({item.dataset for item in waiting}):
            own = [item for item in waiting if item.dataset == dataset]
            have = sorted({signed(item, approvals.get(name), policy) for item in own})
            told = [f"{number} of {policy.minimum_release_approvers}" for number in have]
            table.add_row(name, dataset, in_short([item.tier for item in own]), ", ".join(told))
    return table
