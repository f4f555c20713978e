"""What the `jinsheng` command prints for people to read."""

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import click

from integrations.organisation import Plan, Report
from notifications.reminders import PreviewLine
from translations import LOCALES, both, say
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
        click.echo(f"  {place}: {_reason(problem)}{value}", err=True)


def import_report(report: Report, plan: Plan) -> None:
    """How many people, departments and ratings were new, changed or left alone, and which lines were bad."""
    for name, count in report.counts.items():
        click.echo(f"{name.replace('_', ' '):24} {count:>7}")
    for problem in plan.problems:
        click.echo(f"  line {problem['line']}, {problem['column']}: {_reason(problem)}: {problem['value']}")
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
        whom = f"{line.number} {line.person}" if line.number else f"{line.count} people"
        due = f"due {line.due_at:%Y-%m-%d %H:%M} UTC" if line.due_at else "confidential"
        case = f"case {line.case_id}" if line.case_id else "-"
        kind = say(f"task.{line.kind}", "en")
        click.echo(f"{_padded(whom, 28)} as {line.target:8} {kind:28} {case:10} {due}")
    click.echo(f"{len(lines)} reminders")


def mails(found: Sequence[EmailMessage]) -> None:
    """Date, recipient and subject of every mail."""
    for mail in found:
        click.echo(f"{mail['Date']}  {mail['To']}  {mail['Subject']}")
    click.echo(f"{len(found)} mails")


def welcome(base_url: str, people: Sequence["SignIn"]) -> None:
    """Where to go and who to sign in as."""
    click.echo(f"\nJinsheng 晋升 — {base_url}   (API: {base_url}/api/docs)\n")
    for person in people:
        name, role = _padded(person.name, 18), _padded(person.role_text, 46)
        click.echo(f"  {person.number:6} {name} {role} {person.password}")
    click.echo("\nCtrl+C stops it; the data stays for the next start. 按 Ctrl+C 停止，数据会保留。\n")


def _padded(text: str, width: int) -> str:
    # Chinese characters take two columns of a terminal.
    columns = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - columns)


def _reason(problem: Mapping[str, Any]) -> str:
    code = f"reason.{problem['reason']}"
    return " / ".join(both(code, **problem).values())
