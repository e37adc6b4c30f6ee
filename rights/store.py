"""The schema `rights` of the identity store: what was asked for, and counts of what was done about it.

Only the tables belong here; who writes them is the module of each right.
"""

from typing import Any

from settings.duck import connect
from settings.files import restricted_folder
from settings.paths import Home

TABLES = """
create schema if not exists rights;
create table if not exists rights.opt_out_list (
    list varchar primary key, list_date date, file_name varchar, sha256 varchar, entries bigint, refused_rows bigint,
    taken_at timestamp
);
create table if not exists rights.opt_out_entry (
    list varchar, row_number bigint, nhs_number varchar, person_id varchar, dataset varchar
);
create table if not exists rights.opt_out_refusal (
    list varchar, file_name varchar, row_number bigint, problem varchar
);
create table if not exists rights.opted_out (person_id varchar, dataset varchar);
create table if not exists rights.opt_out_count (
    as_of date, list varchar, list_date date, dataset varchar, entries bigint, unmatched_entries bigint, people bigint,
    records bigint
);
create table if not exists rights.removal (
    as_of date, dataset varchar, what varchar, files bigint, records bigint, removed_at timestamp
);
"""


def open_rights(home: Home) -> Any:
    """The identity store with the tables of this schema. Close it."""
    restricted_folder(home.identity)
    connection = connect(home.identity_db)
    connection.execute(TABLES)
    return connection
