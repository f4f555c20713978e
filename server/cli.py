"""The `jinsheng` command: everything an operator does."""

import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import passwords, second_factor, single_sign_on
from integrations import contacts, kept_apart, organisation
from notifications import preview
from notifications.channels.mailbox import list_mailbox
from server import commands, config, doctor, erasing, logs, moving, places, printing, starting
from server.app import open_door
from server.clock import system_time
from server.listening import webhook
from translations import both, say
from workflow import criteria, erasure
from workflow.database import connect
from workflow.errors import Refusal
from workflow.journal import verify as verify_chains
from workflow.models import Employee
from workflow.vocabulary import EditionState


class _Command(click.Group):
    def invoke(self, ctx: click.Context) -> object:
        """Say in both languages why an act was refused instead of showing a trace."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            printing.refusal(refusal)
            sys.exit(1)
        except config.BadSetting as bad:
            printing.bad_setting(bad)
            sys.exit(1)
        except places.CannotStart as cause:
            printing.cannot_start(cause)
            sys.exit(1)


@click.group(cls=_Command)
def main() -> None:
    """Jinsheng 晋升 runs promotion cases."""
    logs.configure(config.log_format())


for command in (*commands.OF_PROCESSES, webhook):
    main.add_command(command)


@main.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Answer for a machine to read.")
def examine(as_json: bool) -> None:
    """Report settings that are unsafe or unfinished, and what to do; 1 if anything is red."""
    settings = config.from_environment(makes=False)
    engine = connect(settings.database_url)
    found = list(doctor.examine(doctor.Installation(settings, engine, system_time)))
    printing.findings(found, as_json=as_json)
    sys.exit(any(finding.colour is doctor.Colour.RED for finding in found))


@main.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema and publish the shipped criteria once."""
    starting.ready(config.from_environment()).dispose()


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def migrate(file: Path) -> None:
    """Move everything from an SQLite FILE to the empty PostgreSQL of JINSHENG_DATABASE_URL."""
    engine = starting.reached(config.from_environment())
    try:
        moving.move(file, engine, printing.moved)
    finally:
        engine.dispose()
    for sentence in both("cli.migrated").values():
        click.echo(sentence)


@main.command("import-organisation")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML that says which of the file's columns is which.",
)
@click.option("--dry-run", is_flag=True, help="Check and report; change nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave bad lines out instead of refusing the file.")
def import_organisation(file: Path, mapping: Path | None, dry_run: bool, skip_bad: bool) -> None:
    """Load departments and people from a FILE, CSV or XLSX; a second time changes nothing."""
    rows = _rows_of(file)
    columns = organisation.read_mapping(mapping.read_text("utf-8")) if mapping else None
    engine = starting.ready(config.from_environment())
    try:
        with (
            open_door(engine).acting(now=system_time()) as act,
            click.progressbar(length=2 * len(rows), label="Importing", file=sys.stderr) as bar,
        ):
            plan = organisation.check(rows, columns, organisation.known_organisation(act), bar.update)
            report = organisation.load(act, plan, skip_bad=skip_bad, progress=bar.update)
            if dry_run:
                raise _NothingKept
    except _NothingKept:
        click.echo(say("cli.dry_run", "en"))
    printing.import_report(report, plan)


@main.command("import-contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and report; change nothing.")
def import_contacts(file: Path, dry_run: bool) -> None:
    """Load from a FILE, CSV or XLSX, whom people's reviews can ask beyond line and department."""
    rows = _rows_of(file)
    engine = starting.ready(config.from_environment())
    try:
        with open_door(engine).acting(now=system_time()) as act:
            people, changes = contacts.load(act, rows)
            if dry_run:
                raise _NothingKept
    except _NothingKept:
        click.echo(say("cli.dry_run", "en"))
    click.echo(say("cli.contacts", "en", people=people, **asdict(changes)))


@main.command("import-kept-apart")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML that says which of the file's columns is which.",
)
@click.option("--dry-run", is_flag=True, help="Check and report; change nothing.")
def import_kept_apart(file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Add from a FILE, CSV or XLSX, who are relatives or have a grievance open; twice changes nothing."""
    rows = _rows_of(file)
    columns = kept_apart.mapping_from(mapping.read_text("utf-8")) if mapping else None
    engine = starting.ready(config.from_environment())
    try:
        with open_door(engine).acting(now=system_time()) as act:
            added, known = kept_apart.load(act, rows, columns)
            if dry_run:
                raise _NothingKept
    except _NothingKept:
        click.echo(say("cli.dry_run", "en"))
    click.echo(say("cli.kept_apart", "en", added=added, known=known))


@main.command("publish-criteria")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def publish_criteria(file: Path) -> None:
    """Publish an edition of the criteria from a YAML FILE, or bring it as a draft that HR publishes."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        edition = criteria.install(act, file.read_text("utf-8"))
        click.echo(f"{edition.key} {edition.version} {edition.sha256}")
        if edition.state is EditionState.DRAFT:
            click.echo(say("cli.edition_is_draft", "en"))


@main.command("set-password")
@click.argument("number")
@click.password_option()
def set_password(number: str, password: str) -> None:
    """Give the person with employee NUMBER a password to sign in with."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        person = act.first(select(Employee).where(Employee.number == number))
        if person is None:
            raise click.ClickException(f"nobody has the number {number}")
        passwords.set_password(act, person, password)


@main.command("remove-second-factor")
@click.argument("number")
def remove_second_factor(number: str) -> None:
    """Ask the person with employee NUMBER, whose phone and recovery codes are lost, for no codes any more."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        second_factor.remove(act, erasing.person_of(act, number))


@main.command("unlink-single-sign-on")
@click.argument("number")
def unlink_single_sign_on(number: str) -> None:
    """Forget who the person with employee NUMBER is at the provider of single sign-on."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        single_sign_on.unlink(act, erasing.person_of(act, number))


@main.command()
def verify() -> None:
    """Walk every journal chain; name the first bad entry of each, or say that all hold."""
    engine = starting.ready(config.from_environment())
    with Session(engine) as db:
        bad = list(verify_chains(db))
    printing.verdict(bad)
    sys.exit(1 if bad else 0)


@main.command()
@click.option("--person", "number", help="Erase everything of the person with this employee number now.")
@click.option("--dry-run", is_flag=True, help="Count; erase nothing.")
def erase(number: str | None, dry_run: bool) -> None:
    """Erase personal data whose time is over; to be run every day."""
    engine = starting.ready(config.from_environment())
    try:
        with erasing.overwriting(engine), open_door(engine).acting(now=system_time()) as act:
            counts = erasing.erase(act, number)
            if dry_run:
                raise _NothingKept
    except _NothingKept:
        click.echo(say("cli.dry_run", "en"))
    except erasing.WordsRemain as remain:
        printing.erasure(counts)
        raise click.ClickException(" ".join(both("cli.words_remain").values())) from remain
    printing.erasure(counts)


@main.command()
@click.argument("number")
@click.option("--because", prompt=True, help="Which dispute asks for the data to be kept.")
def hold(number: str, because: str) -> None:
    """Let nothing about the person with employee NUMBER be erased."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        erasure.hold(act, erasing.person_of(act, number), because=because)


@main.command("lift-hold")
@click.argument("number")
def lift_hold(number: str) -> None:
    """Let the rules of erasure apply again to the person with employee NUMBER."""
    engine = starting.ready(config.from_environment())
    with open_door(engine).acting(now=system_time()) as act:
        erasure.lift_hold(act, erasing.person_of(act, number))


@main.command()
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day to look at; by default the next on which one is sent.",
)
@click.option("--dry-run", is_flag=True, required=True, help="Show what would be sent; send nothing.")
def remind(day: datetime | None, dry_run: bool) -> None:
    """Show who would be reminded of what on a day, and why."""
    engine = starting.ready(config.from_environment())
    now = system_time()
    days = [day.date()] if day else [now.date() + timedelta(days=n) for n in range(preview.DAYS)]
    with Session(engine) as db:
        seen = {on: preview.preview(db, on, now=min(now, _midnight(on))) for on in days}
    on = next((on for on, lines in seen.items() if lines), days[0])
    printing.reminders(on, seen[on])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)


@main.command()
def mailbox() -> None:
    """List the mails that were written to the local folder because no mail server is set."""
    printing.mails(list_mailbox(config.from_environment(makes=False).mailbox))


def _rows_of(file: Path) -> organisation.Rows:
    rows = organisation.read_rows(file.read_bytes())
    if rows.sheet is not None:
        click.echo(say("cli.sheet_read", "en", sheet=rows.sheet))
    return rows


class _NothingKept(Exception):
    """Leaves a transaction without keeping anything of it."""
