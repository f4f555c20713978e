"""Letters: what became of a case, told to the employee in his language as it is on file that day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from translations import LOCALES, say
from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.errors import NotFound, TaskClosed
from workflow.models import (
    Committee,
    Competition,
    Employee,
    Entry,
    Letter,
    Mentorship,
    PromotionCase,
    StageRound,
    Vote,
)
from workflow.rules import deadlines
from workflow.vocabulary import LetterKind, Level, Stage, TaskKind

DAYS_TO_ACKNOWLEDGE = 10  # working days
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def write(act: Act, case: PromotionCase, kind: LetterKind) -> None:
    """Write the letter, once a round, and ask the candidate to acknowledge it; the case does not wait."""
    person = case.candidate
    locale = person.locale if person.locale in LOCALES else LOCALES[0]
    text = "\n\n".join(_Writing(act, case, locale).paragraphs(kind))
    assert case.round_id is not None
    letter = act.add(
        Letter(
            case_id=case.id,
            round_id=case.round_id,
            kind=kind,
            locale=locale,
            text=text,
            written_at=act.now,
        )
    )
    if person.is_active:
        due_at = cases.due_in(act, case, DAYS_TO_ACKNOWLEDGE)
        tasks.open_for(act, TaskKind.ACKNOWLEDGE_LETTER, case, [person], due_at=due_at, subject_id=letter.id)
    journal.record(act, "letter_written", case=case, letter=letter.id, kind=kind)


def acknowledge(act: Act, case: PromotionCase, letter_id: int) -> Letter:
    """Note that the candidate has read the letter; raises NotFound, or TaskClosed if he had before."""
    letter = act.first(select(Letter).where(Letter.id == letter_id, Letter.case_id == case.id))
    if letter is None:
        raise NotFound(kind="letter")
    if letter.acknowledged_at is not None:
        raise TaskClosed(kind=TaskKind.ACKNOWLEDGE_LETTER, done_at=letter.acknowledged_at.isoformat())
    letter.acknowledged_at = act.now
    tasks.complete_about(act, TaskKind.ACKNOWLEDGE_LETTER, letter.id)
    journal.record(act, "letter_acknowledged", case=case, letter=letter.id)
    return letter


def give_up(act: Act, case: PromotionCase) -> None:
    """Wait no longer for the signature of a candidate who has left, or under what no longer holds."""
    tasks.close_open(act, case, TaskKind.ACKNOWLEDGE_LETTER)


@dataclass(frozen=True, slots=True)
class _Writing:
    """One letter as it is put together, paragraph by paragraph, in one language."""

    act: Act
    case: PromotionCase
    locale: str

    def paragraphs(self, kind: LetterKind) -> Iterator[str]:
        """What the letter says, in its order."""
        yield self._say("greeting", name=self.case.candidate.name)
        yield self._say(f"{kind}.outcome", **self._outcome(kind))
        yield from self._decision(kind)
        yield self._say("rights")
        yield self._say(f"{kind}.next")

    def _outcome(self, kind: LetterKind) -> dict[str, str]:
        case = self.case
        if kind is LetterKind.REVERTED:
            person = case.candidate
            return {"post": self._post(person.post), "level": self._level(person.level)}
        facts = {"post": self._post(case.target_post), "level": self._level(case.target_level)}
        if kind is LetterKind.PROMOTED and case.effective_on is not None:
            facts["day"] = self._day(case.effective_on)
        if kind is LetterKind.RESERVE:
            facts["day"] = self._day(self._reserved_until())
        return facts

    def _decision(self, kind: LetterKind) -> Iterator[str]:
        if kind in (LetterKind.CONFIRMED, LetterKind.REVERTED):
            yield from self._conclusion()
            return
        before = self._round_before()
        body = self._body(before)
        signer = self._name(self.case.decided_by_id)
        if signer is None and before is not None and before.stage is Stage.COMMITTEE:
            yield self._say("set_aside", body=body)
            return
        is_of_contest = before is not None and before.stage is Stage.COMPETITION
        form = "decided" if not body else "decided_in_competition" if is_of_contest else "decided_by_body"
        if signer:
            yield self._say(form, signer=signer, body=body, day=self._day(self._decided_on()))
        if before is not None and before.stage is Stage.COMMITTEE:
            yield from self._vote(before)
        if signer and self.case.outcome_text:
            yield self._say("reason", reason=self.case.outcome_text)

    def _conclusion(self) -> Iterator[str]:
        mentorship = self.act.first(select(Mentorship).where(Mentorship.case_id == self.case.id))
        if mentorship is None or mentorship.conclusion is None:
            return
        yield self._say(
            "decided", signer=self._name(mentorship.concluded_by_id), day=self._day(self._today())
        )
        yield self._say("reason", reason=mentorship.conclusion)

    def _vote(self, before: StageRound) -> Iterator[str]:
        last = select(Vote).where(Vote.round_id == before.id, Vote.closed_at.is_not(None))
        vote = self.act.first(last.order_by(Vote.number.desc()))
        if vote is None:
            return
        shown = vote.tally["shown"]
        sentence = shown.get("sentence", {}).get(self.locale)
        yield self._say("vote", sentence=sentence or self._say(f"vote.{shown['result']}"))

    def _round_before(self) -> StageRound | None:
        earlier = select(StageRound).where(
            StageRound.case_id == self.case.id, StageRound.id != self.case.round_id
        )
        return self.act.first(earlier.order_by(StageRound.id.desc()))

    def _body(self, before: StageRound | None) -> str | None:
        stage = before.stage if before is not None else None
        if stage is Stage.COMMITTEE:
            return self.act.first(select(Committee.name).where(Committee.id == self.case.committee_id))
        if before is not None and stage is Stage.COMPETITION:
            entered = select(Competition.name).join(Entry, Entry.competition_id == Competition.id)
            return self.act.first(entered.where(Entry.round_id == before.id))
        return None

    def _reserved_until(self) -> date:
        assert self.case.round is not None
        assert self.case.round.due_at is not None
        return deadlines.local_day(self.case.round.due_at, self.case.candidate.time_zone) - timedelta(days=1)

    def _decided_on(self) -> date:
        at = self.case.decided_at or self.act.now
        return deadlines.local_day(at, self.case.candidate.time_zone)

    def _today(self) -> date:
        return deadlines.local_day(self.act.now, self.case.candidate.time_zone)

    def _name(self, person_id: int | None) -> str | None:
        return self.act.db.get_one(Employee, person_id).name if person_id is not None else None

    def _post(self, key: str) -> str:
        rule = edition_of(self.act.db, self.case.edition_id).post(key)
        return str(getattr(rule.name, self.locale)) if rule is not None else key

    def _level(self, level: Level) -> str:
        return self._say(f"level.{level}")

    def _day(self, day: date) -> str:
        month = _MONTHS[day.month - 1]
        return self._say("day", year=day.year, month=month, month_number=day.month, day=day.day)

    def _say(self, code: str, **facts: Any) -> str:
        return say(f"letter.{code}", self.locale, **facts)
