"""`mvld review`: a clerk's decisions about doubtful pairs. The one command that shows values of persons, on purpose."""

import getpass
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

ANSWERS = {"s": "same", "d": "different", "u": "unsure", "k": "skip", "z": "undo", "q": "quit"}
PROMPT = "[s]ame  [d]ifferent  [u]nsure  s[k]ip  undo [z]  [q]uit"
WAIT_SECONDS = 2.0  # between two looks at whether a run has ended
Found = TypeVar("Found")


@click.command()
@click.option("--list", "listed", type=click.IntRange(1), metavar="N", help="Show the first N of the queue, no values.")
@click.option(
    "--reviewer", default=getpass.getuser, metavar="NAME", help="Who decides. Default: the user of the system."
)
@click.option("--wait", is_flag=True, help="Wait for a run to end instead of refusing.")
@click.option("--undo", is_flag=True, help="Take back this reviewer's last decision and stop.")
def review(listed: int | None, reviewer: str, wait: bool, undo: bool) -> None:
    """Decide doubtful pairs of records: one person or two? Decisions bind the next run.

    Values of persons are shown in this terminal. Each pair comes with its evidence: the levels of likeness and their
    weights in bits.
    """
    from linkage.decisions import undo_last
    from linkage.review_queue import waiting

    if undo:
        undone = _with_store(lambda work: undo_last(work, reviewer=reviewer, decided_at=_now()), wait=wait, write=True)
        click.echo(f"Decision {undone} is taken back." if undone else f"{reviewer} has no decision to take back.")
        return
    queue = _with_store(lambda work: waiting(work, limit=listed), wait=wait)
    if not queue:
        click.echo("No pair waits for a decision. The queue is made by the nightly run.")
    elif listed:
        _show_list(queue)
    else:
        _decide(queue, reviewer)


def _decide(queue: list[Any], reviewer: str) -> None:
    """Show pair after pair until the clerk quits or the queue ends."""
    decided: list[tuple[int, int]] = []  # place in the queue, number of the decision
    at = 0
    while at < len(queue):
        answer = _ask(queue[at], at, len(queue))
        if answer == "quit":
            break
        if answer == "undo":
            if not decided:
                click.echo("Nothing was decided in this session; --undo takes back an earlier decision.")
                continue
            at, number = decided.pop()
            _take_back(number, reviewer)
            continue
        if answer != "skip":
            decided.append((at, _keep(queue[at], answer, reviewer)))
        at += 1
    click.echo(f"{len(decided)} decided, {len(queue) - len(decided)} still wait. The next run honours the decisions.")


def _keep(waiting: Any, answer: str, reviewer: str) -> int:
    from linkage.decisions import record_decision

    return _with_store(
        lambda work: record_decision(
            work,
            waiting.pair,
            answer,
            reviewer=reviewer,
            decided_at=_now(),
            match_probability=waiting.match_probability,
            model_version=waiting.model_version,
        ),
        wait=True,
        write=True,
    )


def _take_back(number: int, reviewer: str) -> None:
    from linkage.decisions import undo_decision

    _with_store(lambda work: undo_decision(work, number, reviewer=reviewer, decided_at=_now()), wait=True, write=True)


def _ask(waiting: Any, at: int, of: int) -> str:
    """Show a pair and its evidence; return the clerk's answer, 'skip' for a pair that is no longer there."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from linkage.review_queue import side_by_side

    lines = _with_store(lambda work: side_by_side(work, waiting.pair), wait=True)
    if not lines:
        return "skip"
    now = "one person now" if waiting.is_joined else f"persons of {waiting.records_l} and {waiting.records_r} records"
    likely = f"probability {waiting.match_probability:.2f}, {waiting.match_weight:+.1f} bits"
    table = Table("", "one", "other", title=f"Pair {at + 1} of {of}: {now}; {likely}")
    for column, left, right in lines:
        differs = left and right and left != right
        table.add_row(column, *(Text(value, style="bold yellow" if differs else "") for value in (left, right)))
    evidence = Table("evidence", "level", "bits")
    evidence.columns[2].justify = "right"
    for comparison, level, weight in waiting.evidence:
        evidence.add_row(comparison, level, Text(f"{weight:+.1f}", style="green" if weight > 0 else "red"))
    console = Console()
    console.print(table)
    console.print(evidence)
    choice = click.Choice([*ANSWERS, *ANSWERS.values()], case_sensitive=False)
    answer: str = click.prompt(PROMPT, type=choice, show_choices=False)
    return ANSWERS.get(answer, answer)


def _show_list(queue: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "priority", "probability", "data sets", "records", "now", "evidence", title="Pairs that wait")
    for place, item in enumerate(queue, start=1):
        table.add_row(
            str(place),
            f"{item.priority:.2f}",
            f"{item.match_probability:.3f}",
            f"{item.dataset_l}, {item.dataset_r}",
            str(item.records_l) if item.is_joined else f"{item.records_l} + {item.records_r}",
            "one person" if item.is_joined else "two persons",
            item.match_reason,
        )
    Console().print(table)


def _with_store(use: Callable[[Any], Found], *, wait: bool, write: bool = False) -> Found:
    """Open the identity store for a moment, between runs: refuse, or wait, while one is going on."""
    import duckdb

    from linkage.store import open_work
    from orchestration import installation
    from orchestration.run_lock import refuse_during_run
    from settings.errors import UserError

    home = installation.home()
    is_told = False
    while True:
        try:
            refuse_during_run(home.state / "run.lock")
            with open_work(home, read_only=not write) as work:
                return use(work)
        except (UserError, duckdb.IOException) as error:
            is_missing = isinstance(error, UserError) and "in progress" not in error.heading
            if is_missing or not wait:
                raise
        if not is_told:
            click.echo("A run is in progress; waiting for it to end (Ctrl-C gives up).")
            is_told = True
        time.sleep(WAIT_SECONDS)


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
