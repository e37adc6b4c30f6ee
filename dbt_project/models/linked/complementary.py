"""What is withheld for the sake of other counts. Written in Python: see sharing/guard.py."""

import os

from sharing.complementary import complementary


def model(dbt, session):
    """The table, from the tables of `linked` named here."""
    dbt.config(materialized="table")
    dbt.ref("dataset")
    dbt.ref("place")
    dbt.ref("person")
    dbt.ref("person_dataset")
    dbt.ref("measure")
    dbt.ref("disclosure_rule")
    return complementary(session, schema=f"{dbt.this.database}.{dbt.this.schema}", as_of=os.environ["MVLD_AS_OF"])
