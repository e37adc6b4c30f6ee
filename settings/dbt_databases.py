"""How dbt gets at its two databases: as everything else does, with their keys if any are configured.

dbt-duckdb loads `Plugin` by its name in `dbt_project/profiles.yml`. The profile lists the two files besides, for their
names only: by then they are attached.
"""

import os
from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from settings import duck, parquet_files
from settings.database_keys import is_encrypting

DATABASES = {"identity_store": "MVLD_IDENTITY_DB", "warehouse": "MVLD_WAREHOUSE_DB"}


class Plugin(BasePlugin):
    """Attaches both databases to dbt's connection, which is in memory itself."""

    def configure_connection(self, conn: Any) -> None:
        """Called once for each connection, before the profile's own attachments."""
        if is_encrypting():
            conn.execute("set temp_file_encryption = true")
        parquet_files.know_key(conn)  # the views of raw snapshots read under it
        for name, variable in DATABASES.items():
            duck.attach(conn, Path(os.environ[variable]), name)

    def configure_cursor(self, cursor: Any) -> None:
        """Called for each cursor: names without a database are the identity store's."""
        cursor.execute("use identity_store")
