"""A region of forty people whose every tier can be worked out by hand.

People 1 to 40, two to a home (person 40 lives in a communal establishment, alone). 1-20 live at FE1 1AA on street S1,
21-30 at FE1 1AB and 31-40 at FE2 2AA, both on street S2. The first thirty are in ward W1 of district D1, the others in
W2 of D2. Odd people are women born in January 1980, even ones men born in June 2015; the birth of 38 is unknown.
"""

from pathlib import Path
from typing import Any

import yaml

from ingestion.contract_reader import read_contracts
from settings.duck import connect, quoted
from settings.paths import Home, Region

AS_OF = "2025-03-31"
TYPES = {"string": "varchar", "number": "double", "integer": "bigint", "boolean": "boolean", "date": "date"}

Columns = dict[str, tuple[str, dict[str, Any]]]  # name -> logical type, custom properties

SPELL: Columns = {"start": ("date", {"period": "valid_from"}), "end": ("date", {"period": "valid_to"})}


def _contract(
    dataset: str, columns: Columns, *, subject: str = "person", rag: dict[str, Any] | None = None, **more: Any
) -> str:
    properties = [{"name": "ref", "logicalType": "string", "primaryKey": True, "required": True}]
    for name, (logical_type, custom) in columns.items():
        custom_properties = [{"property": key, "value": value} for key, value in custom.items()]
        properties.append({"name": name, "logicalType": logical_type, "customProperties": custom_properties})
    custom = {
        "partner": "A partner",
        "organisationType": "county",
        "leadService": f"The {dataset} team",
        "subject": subject,
        "delivery": "snapshot",
        "deliveryFormat": {"pattern": f"partner/{dataset}_{{date}}.csv", "kind": "csv"},
        **more,
    }
    document = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": dataset,
        "name": dataset,
        "version": "1.0.0",
        "status": "active",
        "slaProperties": [{"property": "frequency", "value": 30, "unit": "d"}],
        "schema": [
            {
                "name": dataset,
                "businessName": dataset.title(),
                "properties": properties,
                "customProperties": [{"property": "rag", "value": rag or {}}],
            }
        ],
        "customProperties": [{"property": key, "value": value} for key, value in custom.items()],
    }
    return yaml.safe_dump(document, sort_keys=False)


def _measure(kind: str, **more: Any) -> dict[str, Any]:
    return {"measure": {"kind": kind, "label": kind, **more}}


CONTRACTS = {
    "care": _contract(
        "care",
        {
            "forename": ("string", {"identity": "given_name"}),
            "born": ("date", {"identity": "birth_date"}),
            **SPELL,
            "reason": ("string", _measure("code")),
            "cost": ("number", _measure("number", bands=[0, 100, 500])),
        },
        rag={"red": ["cost >= 500"], "amber": ["reason = 'B'"]},
        coverage={"minAge": 18},
    ),
    "school": _contract(
        "school",
        {"pupil": ("string", {"identity": "family_name"}), "absent": ("number", _measure("number"))},
        coverage={"minAge": 5, "maxAge": 17, "districts": ["D1"]},
    ),
    "attendance": _contract(
        "attendance",
        {
            "action": ("string", {}),
            "arrived": ("date", {"period": "event_date"}),
            "fall": ("boolean", _measure("flag")),
        },
        rag={"red": ["fall"]},
        delivery="delta",
        deletion={"column": "action", "value": "D"},
    ),
    "visit": _contract(
        "visit",
        {
            "property": ("string", {"identity": "uprn"}),
            "visited": ("date", {"period": "event_date"}),
            "risk": ("string", _measure("code")),
        },
        subject="premises",
        rag={"red": ["risk = 'H'"]},
    ),
    "claims": _contract(
        "claims",
        {
            "ward": ("string", {"place": "ward_code"}),
            "month": ("date", {"period": "event_date"}),
            "claimants": ("integer", _measure("number", countsPeople=True)),
        },
        subject="ward",
        rag={"red": ["claimants >= 40"]},
    ),
    "silent": _contract(
        "silent", {"forename": ("string", {"identity": "given_name"}), "code": ("string", _measure("code"))}
    ),
}

# ref is the person's number, a letter where a person has more than one record
RAW = {
    "care": """
        select n::varchar as ref, 'Zoë ' || n as forename,
            if(n = 28, date '2024-01-01', date '1900-01-01') as born, date '2024-01-01' as start,
            null::date as end, if(n = 3, 'B', 'A') as reason, if(n = 1, 600, 50)::double as cost
        from range(1, 29) as t(n) where n in (1, 3, 5, 7, 9, 11, 13) or n > 20
        union all values
            ('15', 'Ann', '1980-01-01', '2020-01-01', '2024-12-31', 'A', 50),
            ('1x', 'Ann', '1980-01-01', '2019-01-01', '2019-12-31', 'B', 10),
            ('17', 'Ann', '1980-01-01', '2025-06-01', null, 'A', 900)
    """,
    "school": "select n::varchar as ref, 'x' as pupil, 12.5 as absent from range(2, 7, 2) as t(n)",
    "attendance": """
        select n::varchar as ref, 'U' as action, date '2025-01-10' as arrived, n <> 16 as fall, false as is_deleted,
            n as row_number, date '2025-03-01' as extract_date
        from range(1, 41) as t(n) where n in (1, 16) or n between 5 and 14 or n between 31 and 40
        union all values
            ('2', 'U', '2023-01-10', false, false, 90, '2025-03-01'),
            ('3', 'U', '2025-01-10', true, false, 91, '2025-03-01'), ('3', 'D', null, null, true, 1, '2025-03-20'),
            ('4', 'U', '2025-01-10', false, false, 92, '2025-03-01'),
            ('4', 'U', '2025-01-10', true, false, 2, '2025-03-20')
    """,
    "visit": """
        select * from (values ('V1', '0101', date '2025-02-01', 'H'), ('V2', '110', date '2020-02-01', 'L'))
            as t(ref, property, visited, risk)
    """,
    "claims": """
        select * from (values
            ('a', 'w1', date '2025-01-01', 40), ('b', 'W1', date '2025-02-01', 43), ('c', 'W2', date '2025-02-01', 7)
        ) as t(ref, ward, month, claimants)
    """,
    "silent": "select '' as ref, '' as forename, '' as code where false",
}

GEOGRAPHY = {
    "ward": """select * from (values ('W1', 'First', 'D1', 1), ('W2', 'Second', 'D2', 2))
        as t(ward_code, ward_name, district_code, deprivation_fifth)""",
    "district": "select * from (values ('D1', 'One'), ('D2', 'Two')) as t(district_code, district_name)",
    "street": "select * from (values ('S1', 'High Street'), ('S2', 'Low Street')) as t(usrn, street_name)",
    "postcode": """select *, 0 as easting, 0 as northing
        from (values ('FE1 1AA', 'W1', 'D1'), ('FE1 1AB', 'W1', 'D1'), ('FE2 2AA', 'W2', 'D2'))
        as t(postcode, ward_code, district_code)""",
    "uprn": "select distinct uprn, usrn, postcode, ward_code, is_communal from residents",
}

RESIDENTS = """
    create temp table residents as
    select
        'P' || lpad(n::varchar, 2, '0') as person_id,
        if(n = 40, null, 'H' || lpad((100 + (n + 1) // 2)::varchar, 3, '0')) as household_id,
        if(n = 40, 999, 100 + (n + 1) // 2)::varchar as uprn,
        if(n <= 20, 'S1', 'S2') as usrn,
        case when n <= 20 then 'FE1 1AA' when n <= 30 then 'FE1 1AB' else 'FE2 2AA' end as postcode,
        if(n <= 30, 'W1', 'W2') as ward_code,
        n = 40 as is_communal,
        case when n = 38 then null when n % 2 = 1 then 1980 else 2015 end::integer as birth_year,
        case when n = 38 then null when n % 2 = 1 then 1 else 6 end::integer as birth_month,
        if(n % 2 = 1, 'F', 'M') as sex,
        date '2025-03-30' as valid_on
    from range(1, 41) as t(n)
"""

# left out: nobody, so that the tests can be worked out by hand
DISCLOSURE = """valid_from,level,dataset,threshold,rounding,left_out_share,minimum_for_measures,\
dominance_people,dominance_share,zero_released,source
2020-01-01,street,,7,5,0,10,2,0.9,false,test
2020-01-01,postcode,,7,5,0,10,2,0.9,false,test
2020-01-01,ward,,7,5,0,10,2,0.9,true,test
2026-01-01,ward,,1000,5,0,10,2,0.9,true,not in force yet
"""
TIERS = """valid_from,setting,value,source
2020-01-01,event_current_days,365,test
2020-01-01,place_red_ratio,1.5,test
2020-01-01,place_amber_ratio,1.0,test
"""


def make_region(root: Path) -> Region:
    """Write the contracts and policies."""
    region = Region(root)
    region.contracts.mkdir(parents=True)
    region.policies.mkdir()
    for dataset, text in CONTRACTS.items():
        (region.contracts / f"{dataset}.odcs.yaml").write_text(text, encoding="utf-8")
    (region.policies / "disclosure.csv").write_text(DISCLOSURE, encoding="utf-8")
    (region.policies / "tiers.csv").write_text(TIERS, encoding="utf-8")
    return region


def fill_home(region: Region, home: Home) -> None:
    """Write what ingestion, the geography loader and linkage would have left."""
    home.geography.mkdir(parents=True)
    connection = connect(home.identity_db)
    connection.execute(RESIDENTS)
    for name, query in GEOGRAPHY.items():
        connection.execute(f"copy ({query}) to {quoted(home.geography / f'{name}.parquet')} (format parquet)")
    connection.execute("create schema raw; create schema linkage")
    connection.execute("create table raw.latest_extract (dataset varchar, extract_date date)")
    for dataset, contract in read_contracts(region.contracts).items():
        columns = ", ".join(f'"{item.name}"::{TYPES[item.logical_type]} as "{item.name}"' for item in contract.columns)
        lines = ", row_number, extract_date::date as extract_date, is_deleted"
        if contract.delivery == "snapshot":
            lines = ", row_number() over () as row_number, date '2025-03-30' as extract_date"
        connection.execute(f'create table raw."{dataset}" as select {columns}{lines} from ({RAW[dataset]}) as t')
        latest = {"attendance": "date '2025-03-25'", "silent": "null"}.get(dataset, "date '2025-03-30'")
        connection.execute(f"insert into raw.latest_extract values ('{dataset}', {latest})")
    keys = " union all ".join(
        f"select '{name}' as dataset, ref from raw.{name}" for name in ("care", "school", "attendance")
    )
    connection.execute(
        f"""create table linkage.persons as select distinct md5(concat_ws(chr(31), dataset, ref)) as record_id, dataset,
        'P' || lpad(rtrim(ref, 'x'), 2, '0') as person_id, 0.99 as match_probability, 'test' as match_reason
        from ({keys})"""
    )
    connection.execute("create table linkage.households as select * from residents")
    connection.execute("create schema rights; create table rights.opted_out (person_id varchar, dataset varchar)")
    connection.close()
