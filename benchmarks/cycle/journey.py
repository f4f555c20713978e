"""The cycle from its first day to the end of the last case, day by day, as mails and inboxes say."""

import time
from collections.abc import Iterator
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


def run_cycle(database: str, folder: Path, stories: tuple[Story, ...], *, kills: int = 0) -> Cycle:
    """Play the stories to their ends, the server killed so many times in between."""
    began = time.monotonic()
    clock = Clock(folder / "clock")
    clock.set_to(FIRST_DAY)
    company = found_company(database, folder, now=clock.now())
    candidates = company.people.cast(stories, on=FIRST_DAY.date())
    cast = cast_all(company.people, stories, candidates)
    with PostOffice() as post, WebhookReceiver() as webhooks, _serving(company, folder, post) as server:
        phone = Telephone(server, clock, Killer(server, company.engine, kills))
        stage = _Theatre(company, cast, Duties(phone, cast), post)
        _open_the_cycle(phone, cast, webhooks)
        mornings = stage.play()
        _read_back(phone, cast)
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
    """HR subscribes the receiver, opens the cycle, seats the committee, announces the competition."""
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
    for play in cast.contested()[:1]:
        competition = {"name": "Principal in sales", "seats": 1} | window | target | _target(play)
        phone.make(hr, "/competitions", competition)
    for play in cast.plays:
        _nominate(phone, play, target)


def _read_back(phone: Telephone, cast: Cast) -> None:
    """Candidate and auditor look at each case once more; its timeline must lead to where it stands."""
    for play in cast.plays:
        phone.get(play.candidate, f"/cases/{play.case}/checklist")
        own = phone.get(play.candidate, f"/cases/{play.case}")
        timeline = phone.get(cast.auditor, f"/cases/{play.case}")["timeline"]
        entered = [line["facts"]["to"] for line in timeline if line["action"] == "stage_entered"]
        if entered[-1] != own["stage"]:
            phone.ledger.unexpected.append(f"case {play.case}: {own['stage']}, by its timeline {entered}")


def _nominate(phone: Telephone, play: Play, target: dict[str, int]) -> None:
    words = {"statement": "Does the work of the next level already.", "evidence": {}}
    body = {"candidate": play.candidate.number} | words | target | _target(play)
    made = phone.call(play.nominator, "POST", "/cases", body)
    if not made.is_good and made.body["code"] != "case_already_open":
        raise RuntimeError(f"{play.story.name}: {made.body}")
    # A server that died after it had put the case on file refuses a second one.
    known = phone.get(play.nominator, f"/cases?candidate={play.candidate.number}")
    play.case = known["items"][0]["id"]


def _target(play: Play) -> dict[str, str]:
    step = play.story.step
    return {"track": step.track, "level": step.target_level, "post": step.target_post}


@dataclass
class _Theatre:
    """The days of the cycle."""

    company: Company
    cast: Cast
    duties: Duties
    post: PostOffice

    def play(self) -> int:
        """Let one working morning after the other come until every story has ended; how many came."""
        phone = self.duties.phone
        for play in self.cast.plays:
            self.duties.look(play.nominator)
        for mornings in range(1, _MORNINGS):
            self._let_morning_come()
            wait_until_quiet(self.company.engine, phone.server, phone.clock)
            self._see_where_cases_stand()
            if not remaining(self.cast.plays):
                return mornings
            for person in self._concerned():
                self.duties.look(person)
            # A lease must not run out because the clock is moved under the courier who holds it.
            wait_until_quiet(self.company.engine, phone.server, phone.clock)
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
        """The auditor looks at all cases; whose story says so gives up."""
        phone = self.duties.phone
        stages = {case["id"]: case["stage"] for case in phone.get(self.cast.auditor, "/cases")["items"]}
        for play in remaining(self.cast.plays):
            play.stage = stages[play.case]
            if play.stage == play.story.withdrawn_in:
                reason = {"reason": "I have changed my mind."}
                phone.call(play.candidate, "POST", f"/cases/{play.case}/withdrawal", reason)
                self.duties.done += 1

    def _concerned(self) -> list[Person]:
        """Whoever was written to since yesterday, and HR, which opens its inbox daily."""
        written_to = self.post.collect()
        mailed = [person for person in self.company.people.active() if person.email in written_to]
        return [*self.cast.personnel, *(person for person in mailed if person not in self.cast.personnel)]
