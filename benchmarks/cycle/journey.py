"""The cycle from its first day to the end of the last case, day by day, as mails and inboxes say."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.cycle.calls import Killer, Ledger, Telephone
from benchmarks.cycle.casting import Person
from benchmarks.cycle.clock import ZONE, Clock
from benchmarks.cycle.company import Company, found_company
from benchmarks.cycle.cues import follow
from benchmarks.cycle.desk import Desk
from benchmarks.cycle.duties import WAYS
from benchmarks.cycle.duties.review import answer_by_link
from benchmarks.cycle.opening import announce_competitions, open_cycle, put_forward
from benchmarks.cycle.plays import Cast, Play, cast_all, remaining
from benchmarks.cycle.process import ServerProcess
from benchmarks.cycle.quiet import wait_until_quiet
from benchmarks.cycle.receivers import PostOffice, WebhookReceiver
from benchmarks.cycle.stories import Story
from workflow.process import moves_from
from workflow.vocabulary import ENDS, Stage

FIRST_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
SENDER = "Jinsheng <promotions@example.com>"
SECRET = secrets.token_urlsafe(48)
_MORNINGS = 200
_AT_ONCE = 3  # people
_FOR_MONTHS = {Stage.MENTORING, Stage.RESERVE}


@dataclass(frozen=True, slots=True)
class Cycle:
    """Everything there is to look at once a cycle is over; two of the seconds are those of processors."""

    folder: Path
    company: Company
    cast: Cast
    ledger: Ledger
    post: PostOffice
    webhooks: WebhookReceiver
    kills: int
    mornings: int
    seconds: float
    driver_seconds: float
    server_seconds: float | None


def run_cycle(
    database: str,
    folder: Path,
    stories: Sequence[Story],
    *,
    kills: int = 0,
    server: Callable[[Path, dict[str, str]], ServerProcess] = ServerProcess,
) -> Cycle:
    """Play the stories to their ends, the server killed so many times in between."""
    began = time.monotonic()
    clock = Clock(folder / "clock")
    clock.set_to(FIRST_DAY)
    company = found_company(database, folder, now=clock.now())
    cast = cast_all(company.people, stories)
    with (
        PostOffice() as post,
        WebhookReceiver() as webhooks,
        _serving(server, company, folder, post) as running,
    ):
        phone = Telephone(running, clock, Killer(running, company.engine, kills))
        stage = _Theatre(company, Desk(phone, cast, WAYS), post)
        try:
            mornings = stage.play(open_cycle(phone, cast, webhooks))
            stage.read_back()
        except Exception as error:
            error.add_note(f"refused before: {phone.ledger.unexpected}")
            raise
        finally:
            phone.hang_up()
        wait_until_quiet(company.engine, running, clock)
    kept = (folder, company, cast, phone.ledger, post, webhooks, running.kills, mornings)
    return Cycle(
        *kept,
        seconds=time.monotonic() - began,
        driver_seconds=time.process_time(),
        server_seconds=running.processor_seconds(),
    )


@contextmanager
def _serving(
    made: Callable[[Path, dict[str, str]], ServerProcess], company: Company, folder: Path, post: PostOffice
) -> Iterator[ServerProcess]:
    environment = {
        # Everybody's whole month passes in a minute.
        "JINSHENG_CALLS_A_MINUTE_BY_PERSON": "0",
        "JINSHENG_CALLS_A_MINUTE_BY_ADDRESS": "0",
        "JINSHENG_FOLDER": str(folder),
        "JINSHENG_DATABASE_URL": company.url,
        "JINSHENG_SMTP_HOST": "127.0.0.1",
        "JINSHENG_SMTP_PORT": str(post.port),
        "JINSHENG_MAIL_FROM": SENDER,
        "JINSHENG_SECRET_KEY": SECRET,
        "JINSHENG_SMTP_SECURITY": "none",
        "JINSHENG_INTERNAL_HOSTS": "127.0.0.1",
    }
    server = made(folder, environment)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@dataclass
class _Theatre:
    """The days of the cycle."""

    company: Company
    desk: Desk
    post: PostOffice

    def play(self, within: dict[str, int]) -> int:
        """Let one working morning after the other come until every story has ended; how many came."""
        plays, is_to_begin = self.desk.cast.plays, True
        if self.desk.cast.has_drafts:
            self._put_forward([play for play in plays if play.is_put_forward_early], {})
        else:
            is_to_begin = self._begin(within)
        for mornings in range(1, _MORNINGS):
            self._let_morning_come()
            self._wait()
            if is_to_begin:
                is_to_begin = self._begin(within)
            self._see_where_cases_stand()
            if not remaining(plays):
                return mornings
            self._let_people_work(self._concerned())
        names = [f"{play.story.name}: {play.stage}" for play in remaining(plays)]
        raise RuntimeError(f"these stories do not end: {names}")

    def _begin(self, within: dict[str, int]) -> bool:
        """The first day of the cycle, on which people put forward whom it does not; never again."""
        cast = self.desk.cast
        announce_competitions(self.desk.phone, cast, within)
        self._put_forward([play for play in cast.plays if play.nominator and not play.case], within)
        return False

    def _put_forward(self, plays: Sequence[Play], within: dict[str, int]) -> None:
        """People nominate, submit, and answer their peers on the same day."""
        for play in plays:
            put_forward(self.desk.phone, self.desk.cast, play, within)
        nominators = {play.nominator for play in plays if play.nominator is not None}
        self._let_people_work(nominators | {play.candidate for play in plays if play.is_private})

    def read_back(self) -> None:
        """Candidate and auditor look at each case once more; its timeline must lead to where it stands."""
        phone, cast = self.desk.phone, self.desk.cast
        for play in cast.plays:
            path = f"/cases/{play.case}"
            if play.candidate not in cast.gone:
                phone.get(play.candidate, f"{path}/checklist")
                phone.get(play.candidate, path)
            known = phone.get(play.candidate if play.is_private else cast.auditor, path)
            entered = [line["facts"]["to"] for line in known["timeline"] if line["action"] == "stage_entered"]
            if entered[-1] != known["stage"]:
                phone.ledger.unexpected.append(f"{path}: {known['stage']}, by its timeline {entered}")

    def _let_morning_come(self) -> None:
        """The next working morning, or the next noted day where all that is left takes months."""
        clock = self.desk.phone.clock
        next_day = clock.today() + timedelta(days=1)
        ahead = [day for day in self.desk.noted if day > next_day]
        stages = {play.stage for play in remaining(self.desk.cast.plays)}
        is_waiting = stages <= _FOR_MONTHS and not self.desk.done
        clock.set_to_morning_of(min(ahead) if is_waiting and ahead else next_day)
        self.desk.done = 0

    def _see_where_cases_stand(self) -> None:
        """The auditor looks at all cases, candidates at what he may not know of; stories take their cues."""
        listed, cast = self._listed(), self.desk.cast
        for play in remaining(cast.plays):
            case = listed.get(play.case)
            if case is None and play.case:
                reader = play.candidate if play.is_private else cast.auditor
                case = self.desk.phone.get(reader, f"/cases/{play.case}")
            if case is not None:
                play.stage = case["stage"]
                follow(self.desk, play)
            if case is not None and play.stage == Stage.RESERVE:
                self.desk.noted.add(datetime.fromisoformat(case["due_at"]).date())

    def _listed(self) -> dict[int, dict[str, Any]]:
        """The cases in every open stage that a case of the plays can have come to by one move."""
        found: dict[int, dict[str, Any]] = {}
        stages = {Stage(play.stage) for play in remaining(self.desk.cast.plays)}
        ahead = {move.to for stage in stages for move in moves_from(stage)}
        for stage in sorted((stages | ahead) - ENDS):
            listed = self.desk.phone.whole(self.desk.cast.auditor, f"/cases?stage={stage}")
            found |= {case["id"]: case for case in listed}
        return found

    def _concerned(self) -> set[Person]:
        """Who was written to since yesterday, who has something lying about, and HR, which looks daily."""
        written_to = self.post.collect()
        mailed = {person for person in self.company.people.active() if person.email in written_to}
        again, self.desk.again = self.desk.again, set()
        return {*mailed, *again, *self.desk.cast.personnel} - self.desk.cast.gone

    def _let_people_work(self, people: set[Person]) -> None:
        """First HR, whose people share tasks, one after the other; then everybody else at once.

        In the evening those leave whose last day it was, and the server comes to rest: a lease must not
        run out because the clock is moved under the courier who holds it.
        """
        hr = [person for person in self.desk.cast.personnel if person in people]
        others = sorted(people.difference(hr), key=lambda person: person.id)
        for person in hr:
            self.desk.look(person)
        with ThreadPoolExecutor(_AT_ONCE) as crowd:
            for _ in crowd.map(self.desk.look, others):
                pass  # whatever went wrong in a thread is raised here
        for token, address in self.post.collect_links().items():
            answer_by_link(self.desk, token, self._play_of_customer(address))
        for person in self.desk.leaving:
            self.company.part_with(person, now=self.desk.phone.clock.now())
            self.desk.cast.gone.add(person)
            self.desk.done += 1
        self.desk.leaving.clear()
        self._wait()

    def _play_of_customer(self, address: str) -> Play:
        play = self.desk.cast.of_candidate(self.company.people.numbered(address.partition(".")[0]))
        assert play is not None
        return play

    def _wait(self) -> None:
        phone = self.desk.phone
        wait_until_quiet(self.company.engine, phone.server, phone.clock)
