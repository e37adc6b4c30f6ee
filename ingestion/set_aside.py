"""Take back an accepted extract that broke a blocking rule: the data set returns to its last good one.

The rule is judged elsewhere; here is only what becomes of the extract. Its file is read again at the next run, so that
a mended rule or a corrected file heals it.
"""

from dataclasses import asdict
from datetime import UTC, datetime

from ingestion.receipts import Receipt, Refusal, quarantine_folder, raw_folder, write_refusal
from settings.files import restricted_folder, write_json
from settings.paths import Home


def set_aside(home: Home, receipt: Receipt, problems: list[str]) -> None:
    """Turn `receipt` into a refusal with `problems` and move its snapshot to the quarantine. Kill-safe in each step."""
    folder = raw_folder(home, receipt.dataset, receipt.extract_date)
    quarantine = restricted_folder(quarantine_folder(home, receipt.dataset, receipt.extract_date))
    write_refusal(
        home,
        Refusal(
            dataset=receipt.dataset,
            extract_date=receipt.extract_date,
            file_name=receipt.file_name,
            sha256=receipt.sha256,
            bytes=receipt.bytes,
            stamp=receipt.stamp,
            reading_digest="set aside",  # equals no contract's, so the file is taken and judged anew
            problems=[f"{receipt.file_name}: {problem}" for problem in problems],
            rows_read=receipt.rows_read,
            rows_rejected=receipt.rows_rejected,
            refused_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        ),
    )
    write_json(folder / f"receipt-{receipt.sha256[:12]}.json", asdict(receipt))
    (folder / "receipt.json").unlink(missing_ok=True)
    (folder / receipt.snapshot).replace(quarantine / receipt.snapshot)
