"""Errors that a user can mend. Everything else that is raised is a bug.

Every problem found is listed at once, each with what to do next. A message names files, row numbers, columns and
rules; it never carries a row's value.
"""

from collections.abc import Sequence


class UserError(Exception):
    """A problem that the person who runs the pipeline, or a partner, can put right.

    `problems` holds one sentence per problem; `str(error)` shows the heading and all of them.
    """

    def __init__(self, heading: str, problems: Sequence[str] = ()) -> None:
        self.heading = heading
        self.problems = tuple(problems)
        super().__init__("\n".join([heading, *(f"  - {problem}" for problem in self.problems)]))


class RegionError(UserError):
    """A file under the region folder (contract, policy, cost, geography) is wrong."""


class ExtractRefused(UserError):
    """A partner's file does not match its contract; nothing of it was taken."""


class NothingPublished(UserError):
    """A command needs a release and there is none yet."""


class PublicationRefused(UserError):
    """A release failed its own audit; the one before stays in place."""
