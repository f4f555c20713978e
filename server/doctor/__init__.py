"""`jinsheng doctor`: what of an installation is unsafe or unfinished, and what to do about it."""

from collections.abc import Callable, Iterator, Mapping

from server.doctor import database, people, surroundings
from server.doctor.findings import Colour, Finding, Installation, Report

__all__ = ["Colour", "Finding", "Installation", "examine"]

# Where the last examination of a group finds something, those of the next cannot be made.
_GROUPS: tuple[Mapping[str, Callable[[Installation], Report]], ...] = (
    {
        "secret": surroundings.secret,
        "files": surroundings.files,
        "address": surroundings.address,
        "proxy": surroundings.proxy,
        "limits": surroundings.limits,
        "single_sign_on": surroundings.single_sign_on,
        "mail": surroundings.mail,
        "webhooks": surroundings.webhooks,
        "versions": surroundings.versions,
        "database": database.reached,
    },
    {
        "durability": database.durability,
        "clock": database.clock,
        "schema": database.schema,
    },
    {
        "newer": database.newer,
        "journal": database.journal,
        "roles": people.roles,
        "calendars": people.calendars,
        "demonstration": people.demonstration,
    },
)


def examine(installation: Installation) -> Iterator[Finding]:
    """What each examination has found, green where it is nothing."""
    for group in _GROUPS:
        finding = None
        for name, examination in group.items():
            for finding in _findings(name, examination(installation)):
                yield finding
        if finding is not None and finding.code is not None:
            return


def _findings(name: str, report: Report) -> list[Finding]:
    return [Finding(name, *one) for one in report] or [Finding(name, Colour.GREEN)]
