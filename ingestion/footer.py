"""Judge the footer of a file against its contract, and read the number of rows that it states.

Finding and cutting the footer's lines is each reader's own part.
"""

import re
from collections.abc import Sequence

from ingestion.contract import DeliveryFormat
from settings.errors import ExtractRefused

ROWS_GROUP = "rows"  # a group of this name in the contract's footer_pattern holds the number of data rows


def rows_stated(lines: Sequence[str], layout: DeliveryFormat, *, kind: str) -> int | None:
    """How many data rows the footer says that the file has, or None where it does not say.

    kind: what the file is made of, for the message: "line" or "row". Raises ExtractRefused where a line is not the
    footer that the contract states.
    """
    stated = None
    for line in lines:
        found = re.fullmatch(layout.footer_pattern or ".*", line)
        if found is None:
            raise ExtractRefused(
                "the file does not match its contract",
                [
                    f"the last {layout.footer_rows} {kind}(s) are not the footer that the contract states "
                    "(footer_pattern); the file seems cut off before its end, or the footer has changed"
                ],
            )
        digits = re.sub(r"\D", "", found.groupdict().get(ROWS_GROUP) or "")
        stated = int(digits) if digits else stated
    return stated
