"""Write Fenshire's place lookups in the plain format that `region/geography/geography.yaml` names."""

from pathlib import Path

import pandas as pd

from demo.places import DISTRICTS, Places


def write_geography(places: Places, folder: Path) -> None:
    """postcodes.csv, uprns.parquet, streets.csv, wards.csv and districts.csv below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    ward_code = places.wards["ward_code"].to_numpy(dtype=object)
    uprns = pd.DataFrame(
        {
            "uprn": places.uprn,
            "usrn": places.usrn,
            "postcode": places.postcode,
            "ward_code": ward_code[places.ward],
            "is_communal": places.is_communal,
        }
    )
    uprns.to_parquet(folder / "uprns.parquet", index=False)
    districts = pd.DataFrame([{"district_code": code, "district_name": name} for code, name, _, _ in DISTRICTS])
    for name, table in (
        ("postcodes", places.postcodes),
        ("streets", places.streets),
        ("wards", places.wards.drop(columns="deprivation")),
        ("districts", districts),
    ):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
