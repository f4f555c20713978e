"""What the `jinsheng` command prints for people to read."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import click

from integrations.organisation import Plan, Report
from notifications.preview import PreviewLine
from server.config import BadSetting
from server.doctor import Finding
from server.places import CannotStart
from translations import LOCALES, both, say
from workflow.erasure import Counts
from workflow.errors import Refusal
from workflow.journal import BadEntry
from workflow.retention import DataClass

if TYPE_CHECKING:
    from web.visitors import Visitor


def refusal(refused: Refusal) -> None:
    """Why something was refused, in both languages, with every line or path concerned."""
    for locale in LOCALES:
        click.echo(say(f"error.{refused.code}", locale, **refused.facts), err=True)
        if "reason" in refused.facts:
            click.echo("  " + say(f"reason.{refused.facts['reason']}", locale, **refused.facts), err=True)
    for problem in [*refused.facts.get("lines", []), *refused.facts.get("problems", [])]:
        place = problem.get("path") or f"line {problem.get('line')}, {problem.get('column') or '-'}"
        value = f": {problem['value']}" if problem.get("value") not in (None, "") else ""
        click.echo(f"  {place}: {_reason(problem)}{value}", err=True)


def bad_setting(bad: BadSetting) -> None:
    """Which setting cannot be used, and what may stand there, in both languages."""
    for sentence in both(f"cli.setting_{bad.reason}", name=bad.name, allowed=bad.allowed).values():
        click.echo(sentence, err=True)


def cannot_start(cause: CannotStart) -> None:
    """Why a process does not start, in both languages."""
    for sentence in both(f"cli.{cause.reason}", **cause.facts).values():
        click.echo(sentence, err=True)


def moved(table: str, rows: int) -> None:
    """How many rows of a table have arrived."""
    if rows:
        click.echo(f"{table:<30} {rows:>9}")


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


def findings(found: Sequence[Finding], *, as_json: bool = False, err: bool = False) -> None:
    """What the doctor has found: a line each, and where something is wrong what, why and what to do."""
    if as_json:
        click.echo(json.dumps([_as_data(finding) for finding in found], ensure_ascii=False, indent=2))
        return
    for finding in found:
        names = both(f"doctor.{finding.examination}").values()
        click.echo(click.style(f"{finding.colour:7}", finding.colour) + " / ".join(names), err=err)
        for locale, words in _sentences(finding).items():
            click.echo("       " + ("" if locale == "zh_Hans" else " ").join(words.values()), err=err)


def erasure(counts: Counts) -> None:
    """How much of each kind of personal data was erased."""
    for kind in DataClass:
        click.echo(f"{counts[kind]:>7}  " + " / ".join(both(f"erasure.{kind}").values()))


def reminders(day: date, lines: Sequence[PreviewLine]) -> None:
    """One line a reminder: to whom, about what, why."""
    kinds = [say(f"task.{line.kind}" if line.target else f"mail_kind.{line.kind}", "en") for line in lines]
    longest = max(map(len, kinds), default=0)
    for line, kind in zip(lines, kinds, strict=True):
        whom = f"{line.number} {line.person}" if line.number else f"{line.count} people"
        due = f"due {line.due_at:%Y-%m-%d %H:%M} UTC" if line.due_at else "confidential"
        case = f"case {line.case_id}" if line.case_id else "-"
        why = f"as {line.target}" if line.target else "-"
        click.echo(f"{_padded(whom, 28)} {why:11} {kind:{longest}}  {case:10} {due}")
    click.echo(f"{day:%Y-%m-%d}, reminders: {sum(line.count for line in lines)}")


def mails(found: Sequence[EmailMessage]) -> None:
    """Date, recipient and subject of every mail."""
    for mail in found:
        click.echo(f"{mail['Date']}  {mail['To']}  {mail['Subject']}")
    click.echo(f"{len(found)} mails")


def welcome(base_url: str, people: Sequence["Visitor"]) -> None:
    """Where to go and who to sign in as."""
    click.echo(f"\nJinsheng 晋升 — {base_url}   (API: {base_url}/api/docs)\n")
    for person in people:
        told = both(f"visit.{person.number}")
        click.echo(f"  {person.number:6} {_padded(person.name, 18)} {told['en']} {told['zh_Hans']}")
    click.echo(f"\n  Password of everybody 密码: {people[0].password}")
    click.echo("\nCtrl+C stops it; the data stays for the next start. 按 Ctrl+C 停止，数据会保留。\n")


def _as_data(finding: Finding) -> dict[str, Any]:
    return {
        "examination": finding.examination,
        "colour": finding.colour,
        "code": finding.code,
        "facts": {name: _plain(fact) for name, fact in finding.facts.items()},
        "sentences": _sentences(finding),
    }


def _plain(fact: object) -> object:
    return fact if isinstance(fact, (int, str)) else str(fact)


def _sentences(finding: Finding) -> dict[str, dict[str, str]]:
    """By locale what was found, why it matters and what to do; empty where nothing was."""
    if finding.code is None:
        return {}
    return {
        locale: {
            part: say(f"doctor.{finding.code}.{part}", locale, **finding.facts)
            for part in ("what", "why", "do")
        }
        for locale in LOCALES
    }


def _padded(text: str, width: int) -> str:
    # Chinese characters take two columns of a terminal.
    columns = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * (width - columns)


def _reason(problem: Mapping[str, Any]) -> str:
    code = f"reason.{problem['reason']}"
    return " / ".join(both(code, **problem).values())
