"""Fenshire's districts, wards, streets, postcodes and dwellings. Who lives there is `households.py`.

Postcodes and streets are cut independently from the row of a ward's dwellings, as in life: a postcode lies in one
ward but may touch two streets. All codes are of ranges that nobody uses.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demo.streams import Streams

DISTRICTS = (  # code, name, post town, number of wards
    ("E07999001", "Marsh", "Marshbury", 8),
    ("E07999002", "Levels", "Levelham", 7),
    ("E07999003", "Wolds", "Woldsby", 7),
    ("E07999004", "Quayside", "Port Fen", 6),
)
WARD_FIRST = (
    "North", "South", "East", "West", "Old", "New", "Upper", "Lower", "Great", "Little",
)  # fmt: skip
WARD_SECOND = (
    "Fen", "Drove", "Lode", "Mere", "Staithe", "Sluice", "Priory",
)  # fmt: skip
STREET_FIRST = (
    "High", "Church", "Station", "Mill", "Chapel", "Bridge", "School", "Park", "Victoria", "Albert", "King",
    "Queen", "Manor", "Green", "North", "South", "East", "West", "London", "Wisbech", "Drove", "Fen", "Lode",
    "Willow", "Elm", "Oak", "Ash", "Poplar", "Hawthorn", "Cherry", "Orchard", "Meadow", "River", "Bank", "Sluice",
    "Ferry", "Priory", "Abbey", "Cross", "Market", "Windmill", "Granary", "Harvest", "Plough", "Skylark", "Heron",
    "Swallow", "Nelson", "Wellington", "Jubilee", "Coronation", "Gladstone", "Cromwell", "Vermuyden",
)  # fmt: skip
STREET_LAST = (
    "Street", "Road", "Lane", "Close", "Avenue", "Drive", "Way", "Gardens", "Crescent", "Row", "Place", "Drove",
)  # fmt: skip
PEOPLE_PER_HOME = 2.25
SPARE_HOMES = 1.10  # dwellings for each household: the rest stand empty until somebody moves in
PEOPLE_PER_ESTABLISHMENT = 1_200  # residents of Fenshire for each care home and each hostel
LETTERS = np.array(list("ABDEFGHJLNPQRSTUWXYZ"), dtype=object)  # those of a postcode's end


@dataclass(frozen=True)
class Places:
    """Dwellings in the order of their UPRN, with the tables of what they lie in."""

    wards: pd.DataFrame  # ward_code, ward_name, district_code, deprivation (latent, mean 0), deprivation_fifth
    uprn: NDArray[np.object_]
    usrn: NDArray[np.object_]  # per dwelling, as are all below
    postcode: NDArray[np.object_]
    postcode_number: NDArray[np.int64]  # running number of the postcode
    address: NDArray[np.object_]
    ward: NDArray[np.int64]  # position in `wards`
    is_communal: NDArray[np.bool_]
    streets: pd.DataFrame  # usrn, street_name
    postcodes: pd.DataFrame  # postcode, ward_code, district_code, easting, northing

    @property
    def district(self) -> NDArray[np.int64]:
        """Per dwelling the position of its district in DISTRICTS."""
        codes = {code: position for position, (code, *_) in enumerate(DISTRICTS)}
        return self.wards["district_code"].map(codes).to_numpy()[self.ward]


def _wards(streams: Streams, inequality: float) -> pd.DataFrame:
    districts = [district for district in DISTRICTS for _ in range(district[3])]
    count = len(districts)
    names = [f"{WARD_FIRST[i % 10]} {WARD_SECOND[(i * 3 + i // 10) % 7]}" for i in range(count)]
    spread = streams.normal("ward deprivation", count)
    spread = (spread - spread.mean()) / spread.std()
    return pd.DataFrame(
        {
            "ward_code": [f"E05999{i + 1:03d}" for i in range(count)],
            "ward_name": names,
            "district_code": [district[0] for district in districts],
            "deprivation": inequality * spread,
            "deprivation_fifth": 1 + np.argsort(np.argsort(-spread)) * 5 // count,
            "size": 0.6 + 0.8 * streams.uniform("ward size", count),
        }
    )


def _runs(streams: Streams, name: str, ward: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    """Cut the row of dwellings into runs of `low` to `high` that never cross a ward; the run's number per dwelling."""
    size = len(ward)
    ends = np.cumsum(streams.whole(name, size // low + 2, low, high))
    run = np.searchsorted(ends, np.arange(size), side="right")
    starts = np.empty(size, dtype=bool)
    starts[0] = True
    starts[1:] = (run[1:] != run[:-1]) | (ward[1:] != ward[:-1])
    return np.cumsum(starts) - 1


def _first_of(run: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.r_[True, run[1:] != run[:-1]])


def _postcode_names(ward_of_postcode: NDArray[np.int64]) -> NDArray[np.object_]:
    starts = np.searchsorted(ward_of_postcode, ward_of_postcode)
    serial = (np.arange(len(ward_of_postcode)) - starts) * 397 % 4000  # spread the endings over the alphabet
    outward = np.array(
        [f"FN{ward + 1} {digit}" for ward in range(ward_of_postcode.max() + 1) for digit in range(10)], dtype=object
    )
    ends = np.array([first + second for first in LETTERS for second in LETTERS], dtype=object)
    return outward[ward_of_postcode * 10 + serial // 400] + ends[serial % 400]


def build_places(streams: Streams, *, people: int, inequality: float) -> Places:
    """Places for about `people` people.

    inequality: standard deviation of the wards' latent deprivation; 0 makes all wards alike.
    """
    wards = _wards(streams, inequality)
    homes = int(people / PEOPLE_PER_HOME * SPARE_HOMES) + 10 * len(wards)
    edges = np.round(np.cumsum(wards["size"]) / wards["size"].sum() * homes).astype(int)
    ward = np.searchsorted(edges, np.arange(homes), side="right").clip(0, len(wards) - 1)
    street = _runs(streams, "street length", ward, 8, 60)
    postcode_number = _runs(streams, "postcode length", ward, 8, 24)
    street_first, postcode_first = _first_of(street), _first_of(postcode_number)
    street_name = np.array([f"{first} {last}" for first in STREET_FIRST for last in STREET_LAST], dtype=object)[
        streams.whole("street name", len(street_first), 0, len(STREET_FIRST) * len(STREET_LAST))
    ]
    usrn = np.array([f"9990{i + 1:04d}" for i in range(len(street_first))], dtype=object)
    postcode_ward = ward[postcode_first]
    postcode = _postcode_names(postcode_ward)
    is_communal = np.zeros(homes, dtype=bool)
    is_communal[:: max(homes * PEOPLE_PER_ESTABLISHMENT // max(people, 1) // 2, 2)] = True
    return Places(
        wards=wards.drop(columns="size"),
        uprn=np.array([f"9990{i + 1:08d}" for i in range(homes)], dtype=object),
        usrn=usrn[street],
        postcode=postcode[postcode_number],
        postcode_number=postcode_number,
        address=_addresses(streams, street, street_first, street_name, wards["district_code"].to_numpy()[ward]),
        ward=ward,
        is_communal=is_communal,
        streets=pd.DataFrame({"usrn": usrn, "street_name": street_name}),
        postcodes=_postcode_table(streams, postcode, wards, postcode_ward),
    )


def _addresses(
    streams: Streams,
    street: NDArray[np.int64],
    street_first: NDArray[np.int64],
    street_name: NDArray[np.object_],
    district_code: NDArray[np.object_],
) -> NDArray[np.object_]:
    """House number (sometimes a flat in it), street and post town of each dwelling."""
    position = np.arange(len(street)) - street_first[street] + 1
    flats = streams.happens("flats", len(street_first), 0.12)[street]
    flat = pd.Series(np.where(flats, "Flat " + pd.Series(position % 6 + 1).astype(str) + ", ", ""))
    number = pd.Series(np.where(flats, position // 6 + 1, position)).astype(str)
    town = pd.Series(district_code).map({code: town for code, _, town, _ in DISTRICTS})
    return (flat + number + " " + pd.Series(street_name[street]) + ", " + town).to_numpy(dtype=object)


def _postcode_table(
    streams: Streams, postcode: NDArray[np.object_], wards: pd.DataFrame, ward: NDArray[np.int64]
) -> pd.DataFrame:
    """Postcodes scattered about their ward's centre on a 4 by 7 kilometre lattice of wards."""
    size = len(postcode)
    column, row = ward % 7, ward // 7
    return pd.DataFrame(
        {
            "postcode": postcode,
            "ward_code": wards["ward_code"].to_numpy()[ward],
            "district_code": wards["district_code"].to_numpy()[ward],
            "easting": (530_000 + 4_000 * column + 3_900 * streams.uniform("easting", size)).astype(int),
            "northing": (300_000 + 4_000 * row + 3_900 * streams.uniform("northing", size)).astype(int),
        }
    )
