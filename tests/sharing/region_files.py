"""A small region's sharing files, and changes to them: one data set, two groups, one agreement with each."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from settings.paths import REPOSITORY, Region

LADDER = {
    "controls": {"named_users": "x", "ig_training": "x", "secure_environment": "x"},
    "rungs": [
        {"id": "internal", "title": "x", "controls": ["named_users"]},
        {"id": "sensitive", "title": "x", "controls": ["ig_training"]},
        {"id": "personal", "title": "x", "controls": ["secure_environment"]},
    ],
    "row_level_minimum": "sensitive",
}
SCHEME = {
    "id": "districts",
    "title": "x",
    "organisation_types": ["district"],
    "markings": {"Confidential": {"rung": "sensitive", "when_counted": "Internal"}, "Internal": {"rung": "internal"}},
}
HELD = {"named_users": {"evidence": "x"}, "ig_training": {"evidence": "x"}}
SIGNED = [
    {"role": "Head of Housing", "organisation": "Marsh District Council", "date": "2024-12-01"},
    {"role": "Data protection officer", "organisation": "Fenshire County Council", "date": "2024-12-02"},
]
AGREEMENT = {
    "title": "x",
    "discloser": "Marsh District Council",
    "data_sets": ["homelessness"],
    "purpose": "prevention",
    "lawful_basis": "x",
    "from": "2025-01-01",
    "to": "2025-12-31",
    "approvers": SIGNED,
}
POLICY = {
    "minimum_approvers": 2,
    "minimum_release_approvers": 0,
    "id_length": 16,
    "person_date_precision": "month",
    "household_date_precision": "month",
    "person_minimum_k": 1,
    "household_minimum_k": 1,
    "person_minimum_l": 1,
    "household_minimum_l": 1,
}


def write(region: Region, path: str, content: dict[str, Any]) -> Path:
    """Write one YAML file of the region."""
    file = region.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    return file


def agree(region: Region, name: str, group: str, **changed: Any) -> Path:
    """Write (again) one agreement with one group; `from_` stands for `from`."""
    content = {"id": name, **AGREEMENT, "recipient_groups": [group], "ceiling": {"level": "person", "detail": "full"}}
    content |= {key.rstrip("_"): value for key, value in changed.items()}
    return write(region, f"agreements/{name}.yaml", {key: value for key, value in content.items() if value is not None})


def write_policy(region: Region, **changed: Any) -> None:
    """Write policies/sharing.csv."""
    lines = [f"2020-01-01,{name},{value},x" for name, value in {**POLICY, **changed}.items()]
    (region.policies / "sharing.csv").write_text("\n".join(["valid_from,setting,value,source", *lines]) + "\n")


def write_sharing(region: Region) -> None:
    """Two groups: `early_help` may see everything of homelessness, `planners` wards only."""
    region.contracts.mkdir(parents=True, exist_ok=True)
    region.policies.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "region" / "contracts" / "homelessness.odcs.yaml", region.contracts)
    write(region, "classifications/ladder.yaml", LADDER)
    write(region, "classifications/districts.yaml", SCHEME)
    write(region, "policies/purposes.yaml", {"purposes": {"prevention": "x", "planning": "x"}})
    write_policy(region)
    for group in ("early_help", "planners"):
        facts = {"id": group, "title": "x", "organisation": "Fenshire County Council", "purposes": ["prevention"]}
        write(region, f"user_groups/{group}.yaml", facts | {"controls": HELD})
    agree(region, "a1", "early_help")
    agree(region, "a2", "planners", ceiling={"level": "ward", "detail": "coded"})
