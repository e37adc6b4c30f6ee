"""Send finished runs' events to a receiver, where one is configured: Marquez, DataHub or any other that takes them.

Files wait in a list until they are sent, so a receiver that is away loses nothing and holds up no night for long.
Configuration is OpenLineage's own (`OPENLINEAGE_URL`, `OPENLINEAGE_API_KEY`, `OPENLINEAGE_CONFIG`, ...).
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings.files import read_json, write_json

WAITING = "waiting.json"
PATIENCE_SECONDS = 30  # for all that waits: a night must end although its receiver is slow
REFUSALS = {400, 413, 422}  # the receiver has read the event and will never take it


@dataclass(frozen=True)
class Sent:
    """What became of the events that waited. problem: the class of the error that ended it, if one did."""

    events: int
    refused: int
    waiting_files: int
    problem: str | None = None


def is_configured(environment: Mapping[str, str]) -> bool:
    """Whether the environment names a receiver."""
    if environment.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    named = {"OPENLINEAGE_URL", "OPENLINEAGE_CONFIG"} & {name for name, value in environment.items() if value}
    return bool(named) or any(name.upper().startswith("OPENLINEAGE__TRANSPORT") for name in environment)


def send(folder: Path, new: Sequence[Path], *, patience_seconds: float = PATIENCE_SECONDS) -> Sent:
    """Send the files that wait and the `new` ones, oldest first, until all are sent or one attempt fails.

    Never raises for what the receiver or its configuration does.
    """
    waiting: dict[str, int] = read_json(folder / WAITING) or {}  # file name -> lines sent already
    waiting |= {path.name: 0 for path in new}
    write_json(folder / WAITING, waiting)
    until = time.monotonic() + patience_seconds
    sent = refused = 0
    problem = None
    try:
        transport = _transport()
        for name in list(waiting):
            for line in _lines(folder / name)[waiting[name] :]:
                if time.monotonic() > until:
                    raise TimeoutError
                is_taken = _offer(transport, json.loads(line))
                sent, refused = sent + is_taken, refused + (not is_taken)
                waiting[name] += 1
            del waiting[name]
    except Exception as error:  # whatever it is, the night goes on; its words may hold a secret of the address
        problem = type(error).__name__
    write_json(folder / WAITING, waiting)
    return Sent(events=sent, refused=refused, waiting_files=len(waiting), problem=problem)


def _transport() -> Any:
    """The client's transport by its configuration. Retries are ours: what isn't sent waits for the next run."""
    from openlineage.client import OpenLineageClient

    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # one warning a night is enough, and it's ours
    return OpenLineageClient().transport


def _offer(transport: Any, event: dict[str, Any]) -> bool:
    """Send one event. False where the receiver will never take it."""
    from requests import HTTPError

    try:
        transport.emit(event)
    except HTTPError as error:
        if error.response is not None and error.response.status_code in REFUSALS:
            return False
        raise
    return True


def _lines(path: Path) -> list[str]:
    """The events of a file; none where somebody has removed it."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
