"""The cycle from its first day to the end of the last case, day by day, as mails and inboxes say."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.cycle.calls import Killer, Ledger, Telephone
from benchmarks.cycle.casting import Person
from benchmarks.cycle.clock import ZONE, Clock
from benchmarks.cycle.company import Company, found_company
from benchmarks.cycle.duties import Duties
from benchmarks.cycle.plays import Cast, Play, cast_all, remaining
from benchmarks.cycle.process import ServerProcess
from benchmarks.cycle.quiet import wait_until_quiet
from benchmarks.cycle.receivers import PostOffice, WebhookReceiver
from benchmarks.cycle.stories import Story
from workflow.vocabulary import Stage

FIRST_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
SENDER = "Jinsheng <promotions@example.com>"
_MORNINGS = 200
_AT_ONCE = 3  # people


@dataclass(frozen=True, slots=True)
class Cycle:
    """Everything there is to look at once a cycle is over."""

    folder: Path
    company: Company
    cast: Cast
    ledger: Ledger
    post: PostOffice
    webhooks: WebhookReceiver
    kills: int
    mornings: int
    seconds: float


def run_cycle(database: str, folder: Path, stories: Sequence[Story], *, kills: int = 0) -> Cycle:
    """Play the stories to their ends, the server killed so many times in between."""
    began = time.monotonic()
    clock = Clock(folder / "clock")
    clock.set_to(FIRST_DAY)
    company = found_company(database, folder, now=clock.now())
    cast = cast_all(company.people, stories, company.people.cast(stories, on=FIRST_DAY.date()))
    with PostOffice() as post, WebhookReceiver() as webhooks, _serving(company, folder, post) as server:
        phone = Telephone(server, clock, Killer(server, company.engine, kills))
        stage = _Theatre(company, cast, Duties(phone, cast), post)
        try:
            _open_the_cycle(phone, cast, webhooks)
            mornings = stage.play()
            _read_back(phone, cast, company.gone)
        except Exception as error:
            error.add_note(f"refused before: {phone.ledger.unexpected}")
            raise
        wait_until_quiet(company.engine, server, clock)
    seconds = time.monotonic() - began
    return Cycle(folder, company, cast, phone.ledger, post, webhooks, server.kills, mornings, seconds)


@contextmanager
def _serving(company: Company, folder: Path, post: PostOffice) -> Iterator[ServerProcess]:
    environment = {
        "JINSHENG_FOLDER": str(folder),
        "JINSHENG_DATABASE_URL": company.url,
        "JINSHENG_SMTP_HOST": "127.0.0.1",
        "JINSHENG_SMTP_PORT": str(post.port),
        "JINSHENG_MAIL_FROM": SENDER,
        "JINSHENG_SMTP_SECURITY": "none",
        "JINSHENG_INTERNAL_HOSTS": "127.0.0.1",
    }
    server = ServerProcess(folder, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _open_the_cycle(phone: Telephone, cast: Cast, webhooks: WebhookReceiver) -> None:
    """HR subscribes the receiver, opens the cycle, seats the committee, announces the competitions."""
    hr, today = cast.personnel[0], phone.clock.today()
    subscription = phone.make(hr, "/webhook-subscriptions", {"url": webhooks.url, "events": []})
    webhooks.secret = subscription["secret"]
    edition = phone.get(hr, "/editions")["items"][0]["id"]
    window = {"opens_on": today.isoformat(), "closes_on": (today + timedelta(days=60)).isoformat()}
    cycle = phone.make(hr, "/cycles", {"name": "Spring 2026", "edition": edition} | window)
    committee = {
        "name": "Promotion committee",
        "chair": cast.members[0].number,
        "members": [member.number for member in cast.members],
        "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=730)).isoformat(),
    }
    phone.make(hr, "/committees", committee)
    target = {"edition": edition, "cycle": cycle["id"]}
    for trial in cast.trials:
        announced = {"name": trial.contest.name, "seats": trial.contest.seats}
        body = announced | window | target | trial.contest.step.target
        trial.competition = phone.make(hr, "/competitions", body)["id"]
    for play in cast.plays:
        _nominate(phone, cast, play, target)


def _read_back(phone: Telephone, cast: Cast, gone: set[Person]) -> None:
    """Candidate and auditor look at each case once more; its timeline must lead to where it stands."""
    for play in cast.plays:
        if play.candidate not in gone:
            phone.get(play.candidate, f"/cases/{play.case}/checklist")
            phone.get(play.candidate, f"/cases/{play.case}")
        known = phone.get(cast.auditor, f"/cases/{play.case}")
        entered = [line["facts"]["to"] for line in known["timeline"] if line["action"] == "stage_entered"]
        if entered[-1] != known["stage"]:
            phone.ledger.unexpected.append(f"case {play.case}: {known['stage']}, by its timeline {entered}")


def _nominate(phone: Telephone, cast: Cast, play: Play, target: dict[str, int]) -> None:
    words = {"statement": "Does the work of the next level already.", "evidence": {}}
    body = {"candidate": play.candidate.number} | words | target | play.story.step.target
    made = phone.call(play.nominator, "POST", "/cases", body)
    if not made.is_good and made.body["code"] != "case_already_open":
        raise RuntimeError(f"{play.story.name}: {made.body}")
    # A server that died after it had put the case on file refuses a second one.
    known = phone.get(play.nominator, f"/cases?candidate={play.candidate.number}")
    cast.put_on_file(play, known["items"][0]["id"])


@dataclass
class _Theatre:
    """The days of the cycle."""

    company: Company
    cast: Cast
    duties: Duties
    post: PostOffice

    def play(self) -> int:
        """Let one working morning after the other come until every story has ended; how many came."""
        self._let_people_work({play.nominator for play in self.cast.plays})
        for mornings in range(1, _MORNINGS):
            self._let_morning_come()
            self._wait()
            self._see_where_cases_stand()
            if not remaining(self.cast.plays):
                return mornings
            self._let_people_work(self._concerned())
        names = [f"{play.story.name}: {play.stage}" for play in remaining(self.cast.plays)]
        raise RuntimeError(f"these stories do not end: {names}")

    def _let_morning_come(self) -> None:
        """The next working morning, or the next noted day where all that is left is mentoring."""
        clock, noted = self.duties.phone.clock, self.duties.noted
        stages = {play.stage for play in remaining(self.cast.plays)}
        is_waiting = stages == {Stage.MENTORING} and not self.duties.done
        ahead = [day - timedelta(days=6) for day in noted if day - timedelta(days=6) > clock.today()]
        next_day = clock.today() + timedelta(days=1)
        clock.set_to_morning_of(min(ahead) if is_waiting and ahead else next_day)
        self.duties.done = 0

    def _see_where_cases_stand(self) -> None:
        """The auditor looks at all cases; whose story says so gives up or leaves."""
        stages = self._stages()
        for play in remaining(self.cast.plays):
            play.stage = stages[play.case]
            if play.stage == play.story.withdrawn_in:
                self.duties.give_up(play)
            elif play.stage == play.story.leaves_in:
                self.duties.leaving.append(play.candidate)

    def _stages(self) -> dict[int, str]:
        """Where every case stands, page by page."""
        phone, cursor = self.duties.phone, ""
        found: dict[int, str] = {}
        while True:
            page = phone.get(self.cast.auditor, f"/cases?limit=200{cursor}")
            found |= {case["id"]: case["stage"] for case in page["items"]}
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    def _concerned(self) -> set[Person]:
        """Whoever was written to since yesterday, and HR, which opens its inbox daily."""
        written_to = self.post.collect()
        mailed = {person for person in self.company.people.active() if person.email in written_to}
        return {*mailed, *self.cast.personnel} - self.company.gone

    def _let_people_work(self, people: set[Person]) -> None:
        """Everybody looks at once, but for HR, whose people share tasks and look one after the other.

        In the evening those leave whose last day it was, and the server comes to rest: a lease must not
        run out because the clock is moved under the courier who holds it.
        """
        hr = [person for person in self.cast.personnel if person in people]
        others = sorted(people.difference(hr), key=lambda person: person.id)
        with ThreadPoolExecutor(_AT_ONCE) as crowd:
            for _ in crowd.map(self._look_in_turn, [hr, *([person] for person in others)]):
                pass  # whatever went wrong in a thread is raised here
        for person in self.duties.leaving:
            self.company.part_with(person, now=self.duties.phone.clock.now())
            self.duties.done += 1
        self.duties.leaving.clear()
        self._wait()

    def _look_in_turn(self, people: Sequence[Person]) -> None:
        for person in people:
            self.duties.look(person)

    def _wait(self) -> None:
        phone = self.duties.phone
        wait_until_quiet(self.company.engine, phone.server, phone.clock)
