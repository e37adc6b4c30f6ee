"""A data set that knows nothing: people drawn by lot, and what it says of them drawn by lot too.

Beside the demo region's own, to see whether valuation refuses it. Only the data set is made here.
"""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import yaml

from settings.paths import REPOSITORY, Home, Region

NOISE = "loyalty_card"
KNOWN_SHARE = 0.3  # of people who hold a card
CODES = {"G": "Gold", "S": "Silver", "B": "Blue"}
PATTERN = "county/loyalty_card_{date}.csv"


def region_with_noise(folder: Path) -> Region:
    """A copy of the demo region that knows the data set, and shares nothing with any user group."""
    shutil.copytree(REPOSITORY / "region", folder, ignore=shutil.ignore_patterns("agreements", "user_groups"))
    (folder / "contracts" / f"{NOISE}.odcs.yaml").write_text(yaml.safe_dump(_CONTRACT, sort_keys=False))
    return Region(folder)


def write_noise(home: Home, *, extract_date: str, seed: int) -> None:
    """Write the extract into the landing folder of a demo's home, and its records into the truth."""
    people = pyarrow.parquet.read_table(home.truth / "people.parquet", columns=["true_person_id", "birth_date", "sex"])
    random = np.random.default_rng([seed, 0x10])
    chosen = np.flatnonzero(random.random(len(people)) < KNOWN_SHARE)
    known = people.take(chosen)
    keys = pa.array([f"L{number:07d}" for number in range(len(chosen))])
    extract = {
        "card": keys,
        "birth_date": known["birth_date"].cast(pa.date32()),
        "sex": known["sex"],
        "since": np.datetime64(extract_date) - random.integers(30, 3000, len(chosen)).astype("timedelta64[D]"),
        "colour": random.choice(list(CODES), len(chosen)),
        "points": random.poisson(random.gamma(1.0, 40.0, len(chosen))),
    }
    path = home.landing / PATTERN.format(date=extract_date)
    pyarrow.csv.write_csv(pa.table(extract), path)
    told = pa.table(
        {"dataset": pa.array([NOISE] * len(keys)), "record_key": keys, "true_person_id": known["true_person_id"]}
    )
    records = home.truth / "records.parquet"
    pyarrow.parquet.write_table(pa.concat_tables([pyarrow.parquet.read_table(records), told]), records)


def _column(name: str, logical_type: str, *, required: bool = False, **properties: object) -> dict[str, object]:
    return {
        "name": name,
        "physicalName": name,
        "logicalType": logical_type,
        "required": required,
        "customProperties": [{"property": key, "value": value} for key, value in properties.items()],
    }


_CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "fenshire-loyalty-card",
    "name": NOISE,
    "version": "1.0.0",
    "status": "active",
    "domain": "leisure",
    "description": {"purpose": "Nothing: holders of a loyalty card, by lot."},
    "slaProperties": [{"property": "frequency", "value": 1, "unit": "d"}],
    "schema": [
        {
            "name": NOISE,
            "businessName": "Loyalty cards",
            "logicalType": "object",
            "physicalType": "file",
            "dataGranularityDescription": "One card.",
            "properties": [
                _column("card", "string", required=True) | {"primaryKey": True},
                _column("birth_date", "date", identity="birth_date"),
                _column("sex", "string", identity="sex"),
                _column("since", "date", period="valid_from"),
                _column("colour", "string", measure={"kind": "code", "label": "Colour of the card", "codes": CODES}),
                _column(
                    "points",
                    "integer",
                    measure={"kind": "number", "label": "Points", "unit": "points", "bands": [0, 10, 50]},
                ),
            ],
            "customProperties": [{"property": "rag", "value": {"red": ["colour = 'G'"], "amber": ["colour = 'S'"]}}],
        }
    ],
    "customProperties": [
        {"property": key, "value": value}
        for key, value in {
            "partner": "Fenshire County Council",
            "organisationType": "county",
            "owner": "Leisure",
            "leadService": "Leisure",
            "subject": "person",
            "delivery": "snapshot",
            "tolerance": {"rejectedShare": 0.02, "rowCountFall": 0.2},
            "coverage": {},
            "classification": "OFFICIAL",
            "integrationDays": 3,
            "governanceDays": 1,
            "deliveryFormat": {"pattern": PATTERN, "kind": "csv", "encoding": "utf-8"},
        }.items()
    ],
}
