"""Write the lists of people who opted out, as the region's `policies/opt_outs.csv` names them."""

from pathlib import Path

import numpy as np
import pandas as pd

from demo.identifiers import nhs_numbers
from demo.people import World
from settings.files import restricted_folder

NATIONAL_SHARE = 0.027  # of people: England's until May 2021; 5 % since June 2021 (BJGP Open 2024, 8(3))
LOCAL_SHARE = 0.003
ONE_DATA_SET_SHARE = 0.5  # of local objections
OBJECTED_TO = ("council_tax", "police_incident", "school_census")


def write_opt_outs(world: World, folder: Path, *, start_date: str) -> None:
    """`national_data_opt_out` (NHS numbers) and `local_objection` (half of them to one data set), both of the start."""
    restricted_folder(folder)
    streams, day = world.streams, start_date.replace("-", "")
    was_there = world.members.arrival_night <= 1
    numbers = nhs_numbers(world.size)
    national = was_there & streams.happens("national opt-out", world.size, NATIONAL_SHARE)
    local = was_there & streams.happens("local objection", world.size, LOCAL_SHARE)
    chosen = streams.whole("local objection to", world.size, 0, len(OBJECTED_TO))
    is_one = streams.happens("local objection to one", world.size, ONE_DATA_SET_SHARE)
    datasets = np.where(is_one, np.array(OBJECTED_TO, dtype=object)[chosen], "")
    tables = {
        "national_data_opt_out": pd.DataFrame({"nhs_number": numbers[national]}),
        "local_objection": pd.DataFrame({"nhs_number": numbers[local], "dataset": datasets[local]}),
    }
    for name, table in tables.items():
        if table.empty:  # no list is empty: it would end every objection
            continue
        table.sort_values("nhs_number").to_csv(folder / f"{name}_{day}.csv", index=False, lineterminator="\n")
