"""Deal the historical people benchmark into three partners' extracts, beside a statutory return without names."""

import shutil

import duckdb
import duckdb_extensions

from settings.paths import Home
from tests.shared_data import SHARED

DATE = "2025-11-30"
PARTS = ("parish_register", "workhouse_book", "electoral_roll")
COLUMNS = "unique_id, first_name, surname, dob, postcode_fake, gender, occupation"


def deal(home: Home) -> None:
    """Write the four extracts into the landing folder, and the truth beside it."""
    (home.landing / "archive").mkdir(parents=True)
    (home.landing / "county").mkdir()
    home.truth.mkdir()
    with duckdb.connect() as connection:
        duckdb_extensions.import_extension("excel", con=connection)
        connection.execute("load excel")
        connection.execute(
            f"""
            create table dealt as
            select *, (row_number() over (order by md5(unique_id)) % 3) + 1 as part
            from read_parquet('{SHARED}/linkage/historical_half.parquet')
            """
        )
        for part, name in enumerate(PARTS, start=1):
            suffix, options = {
                1: ("csv", "format csv, header"),
                2: ("xlsx", "format xlsx, header true, sheet 'Admissions'"),
                3: ("parquet", "format parquet"),
            }[part]
            columns = COLUMNS if suffix != "parquet" else COLUMNS.replace("dob", "try_cast(dob as date) as dob")
            connection.execute(
                f"copy (select {columns} from dealt where part = {part} order by unique_id) "
                f"to '{home.landing}/archive/{name}_{DATE}.{suffix}' ({options})"
            )
        connection.execute(
            f"""
            copy (
                select {list(PARTS)}[part] as dataset, unique_id as record_key, "cluster" as true_person_id
                from dealt order by all
            ) to '{home.truth}/records.parquet' (format parquet)
            """
        )
    shutil.copyfile(SHARED / "partner_samples/ssda903_fake/header.csv", home.landing / f"county/header_{DATE}.csv")
