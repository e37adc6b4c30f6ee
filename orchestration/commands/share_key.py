"""`mvld share-key`: the key that opens one user group's share."""

import click


@click.command("share-key")
@click.argument("group")
def show_share_key(group: str) -> None:
    """Print the key of GROUP's share, to be handed over apart from the share itself, for instance through a vault.

    It opens this group's shares of every night, and no other file.
    """
    from orchestration import installation
    from settings.database_keys import KEY_FILE_VARIABLE, KEY_VARIABLE, master_key, share_key
    from settings.errors import UserError

    groups = installation.user_groups()
    if group not in groups:
        raise UserError(f"There is no user group '{group}'", [f"the region has: {', '.join(sorted(groups))}"])
    master = master_key()
    if master is None:
        raise UserError("Shares are not encrypted here", [f"set {KEY_VARIABLE} or {KEY_FILE_VARIABLE}, then run"])
    click.echo(share_key(master, group))
