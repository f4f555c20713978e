"""What the `jinsheng` command prints for people to read."""

from collections.abc import Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING

import click

from integrations.organisation import Plan, Report
from notifications.reminders import PreviewLine
from translations import LOCALES, say
from workflow.errors import Refusal
from workflow.journal import BadEntry

if TYPE_CHECKING:
    from server.demonstration import SignIn


def refusal(refused: Refusal) -> None:
    """Why something was refused, in both languages, with every line or path concerned."""
    for locale in LOCALES:
        click.echo(say(f"error.{refused.code}", locale, **refused.facts), err=True)
    for problem in [*refused.facts.get("lines", []), *refused.facts.get("problems", [])]:
        place = problem.get("path") or f"line {problem.get('line')}, {problem.get('column') or '-'}"
        value = f": {problem['value']}" if problem.get("value") not in (None, "") else ""
        click.echo(f"  {place}: {say('reason.' + problem['reason'], 'en', **problem)}{value}", err=True)


def import_report(report: Report, plan: Plan) -> None:
    """How many people, departments and ratings were new, changed or left alone, and which lines were bad."""
    for name, count in report.counts.items():
        click.echo(f"{name.replace('_', ' '):24} {count:>7}")
    for problem in plan.problems:
        reason = say(f"reason.{problem['reason']}", "en", **problem)
        click.echo(f"  line {problem['line']}, {problem['column']}: {reason}: {problem['value']}")
    for difference in report.differences:
        click.echo(
            f"  {difference.number}: {difference.column} stays {difference.on_file}, "
            f"the file says {difference.in_import}"
        )


def verdict(bad: Sequence[BadEntry]) -> None:
    """The first bad entry of each chain, or that every chain holds."""
    for entry in bad:
        click.echo(f"{entry.chain} entry {entry.sequence}: {entry.reason}")
    if not bad:
        click.echo(say("cli.journal_holds", "en"))


def reminders(lines: Sequence[PreviewLine]) -> None:
    """One line a reminder: to whom, about what, why."""
    for line in lines:
        click.echo(str(line))
    click.echo(f"{len(lines)} lines")


def mails(found: Sequence[EmailMessage]) -> None:
    """Date, recipient and subject of every mail."""
    for mail in found:
        click.echo(f"{mail['Date']}  {mail['To']}  {mail['Subject']}")
    click.echo(f"{len(found)} mails")


def welcome(base_url: str, people: Sequence["SignIn"]) -> None:
    """Where to go and who to sign in as."""
    click.echo(f"\nJinsheng 晋升 — {base_url}   (API: {base_url}/api/docs)\n")
    for person in people:
        click.echo(f"  {person.number:8} {person.name:20} {person.role_text:44} {person.password}")
    click.echo()
