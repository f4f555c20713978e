"""The journal: append what happened to the chain it belongs to, and verify that nothing was altered."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, true, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from workflow.act import Act
from workflow.models import JournalChain, JournalEntry, JournalText, PromotionCase, bare_table
from workflow.prepared import Prepared

# Acts whose time alone would say who has judged or voted.
SECRET = frozenset({"review_submitted", "review_declined", "score_entered", "score_confirmed", "ballot_cast"})
# Acts that tell how a review or a vote goes, before its outcome is released.
OF_REVIEW = frozenset({"review_extended", "review_closed", "review_score_waived", "review_widened"})
OF_VOTE = frozenset(
    {
        "member_recused",
        "ballot_opened",
        "alternates_drawn",
        "vote_extended",
        "vote_closed",
        "decision_signed",
        "case_deferred",
        "case_set_aside",
    }
)
# A nudge tells that somebody had still to act.
OF_TURNS = frozenset({"case_nudged"})
# Acts that would name whoever has objected, or say what he wrote.
OF_OBJECTIONS = frozenset({"objection_raised", "objection_upheld", "objection_dismissed", "objection_lapsed"})
# What passes between the candidate and HR alone.
OF_RATER_OBJECTION = frozenset({"rater_objection_filed", "rater_objection_decided"})
# That somebody reads a case changes nothing in it.
OF_EMERGENCIES = frozenset({"emergency_asked", "emergency_granted", "emergency_read"})
# Of a case: how much has been said of it, and what was said last.
_HEAD = ("id", "version", "journal_sequence", "journal_head")
_UNTOLD = SECRET | OF_REVIEW | OF_VOTE | OF_TURNS | OF_RATER_OBJECTION | OF_EMERGENCIES


@dataclass(frozen=True, slots=True)
class BadEntry:
    """The first place of a chain that does not hold."""

    chain: str
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether chains hold, how many entries they have, and the first that was altered."""

    holds: bool
    entries: int
    first_bad: BadEntry | None


def record(
    act: Act,
    action: str,
    *,
    case: PromotionCase | None = None,
    chain: str | None = None,
    text: str | None = None,
    **facts: Any,
) -> JournalEntry:
    """Say in the journal that something happened, to a case or in a chain of its own.

    It comes on file with the end of the act, by `put_on_file`. `text` is personal: the entry keeps only its
    salted digest, so that it can be erased later.
    """
    salt = secrets.token_hex(16) if text else None
    digest = _digest(text, salt) if text and salt else None
    head = case if case is not None else _chain(act, chain or "system")
    entry = _follow(act, head, action, facts, digest)
    if text and salt:
        act.texts.append((entry, JournalText(salt=salt, text=text)))
    if case is not None:
        act.told_of[case.id] = case
    act.entries.append(entry)
    return entry


def record_many(act: Act, action: str, told: Iterable[tuple[PromotionCase, Mapping[str, Any]]]) -> None:
    """Write of many cases that something happened, each with its facts; the cases' heads are not stored."""
    act.entries += [_follow(act, case, action, facts) for case, facts in told]


def put_on_file(act: Act) -> None:
    """Store what was said of the act, the heads of the cases it was said of, and the personal texts."""
    act.add_many(act.entries)
    heads = [{name: getattr(case, name) for name in _HEAD} for case in act.told_of.values()]
    act.tell(_heads_moved(), *heads)
    for entry, text in act.texts:
        text.entry_id = entry.id
    texts = [{"entry_id": one.entry_id, "salt": one.salt, "text": one.text} for _, one in act.texts]
    act.fill(JournalText, texts)


@cache
def _heads_moved() -> Prepared:
    table = bare_table(PromotionCase)
    values: dict[str, Any] = {name: bindparam(name) for name in _HEAD if name != "id"}
    return Prepared(update(table).where(table.c.id == bindparam("id")).values(values))


def entry_hash(entry: JournalEntry) -> str:
    """SHA-256 over the previous hash and the canonical JSON of everything else in the entry."""
    content = {
        "chain": entry.chain,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "action": entry.action,
        "case": entry.case_id,
        "facts": entry.facts,
        "text": entry.text_digest,
        "request": entry.request_id,
    }
    if entry.on_behalf_of_id is not None:  # entries older than substitutes have no such word
        content["on_behalf_of"] = entry.on_behalf_of_id
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{entry.previous}\n{canonical}".encode()).hexdigest()


def chain_of(case_id: int) -> str:
    """The name of a case's chain."""
    return f"case/{case_id}"


def verify(db: Session, chain: str | None = None) -> Iterator[BadEntry]:
    """Walk every chain, or one, and give the first bad entry of each; nothing means nothing was altered."""
    heads = {name: head for name, head in _heads(db).items() if chain in (None, name)}
    of_chain = true() if chain is None else JournalEntry.chain == chain
    seen: dict[str, tuple[int, str]] = {}
    bad: set[str] = set()
    entries = select(JournalEntry).where(of_chain).order_by(JournalEntry.chain, JournalEntry.sequence)
    for entry in db.scalars(entries.execution_options(yield_per=1000)):
        if entry.chain in bad:
            continue
        sequence, previous = seen.get(entry.chain, (0, ""))
        reason = _fault(entry, sequence, previous)
        if reason:
            bad.add(entry.chain)
            yield BadEntry(entry.chain, entry.sequence, reason)
        seen[entry.chain] = (entry.sequence, entry.hash)
    yield from _unfitting_ends(heads, seen, bad)
    yield from _altered_texts(db, of_chain)


def verified(db: Session, chain: str | None = None) -> Verification:
    """What comes of walking every chain, or one."""
    of_chain = true() if chain is None else JournalEntry.chain == chain
    count = db.scalars(select(func.count()).select_from(JournalEntry).where(of_chain)).one()
    bad = list(verify(db, chain))
    return Verification(not bad, count, bad[0] if bad else None)


def _follow(
    act: Act,
    head: PromotionCase | JournalChain,
    action: str,
    facts: Mapping[str, Any],
    text_digest: str | None = None,
) -> JournalEntry:
    """The next entry of a chain, whose head it becomes."""
    if isinstance(head, PromotionCase):
        _raise_version(act, head, action)
        chain, case_id = chain_of(head.id), head.id
    else:
        chain, case_id = head.name, None
    sequence, previous = _place(head)
    entry = JournalEntry(
        chain=chain,
        sequence=sequence,
        at=act.now,
        actor_id=act.by.id if act.by else None,
        action=action,
        case_id=case_id,
        # As they will be read back: keys of JSON are texts, and sort as texts.
        facts=json.loads(json.dumps(facts)),
        text_digest=text_digest,
        request_id=act.request_id,
        previous=previous,
        hash="",
        on_behalf_of_id=act.on_behalf_of,
    )
    entry.hash = entry_hash(entry)
    _move_head(head, sequence, entry.hash)
    return entry


def _raise_version(act: Act, case: PromotionCase, action: str) -> None:
    # Once an act; and never for what is untold, for a version that rose would tell that it has happened.
    if action not in _UNTOLD and case.id not in act.raised:
        set_committed_value(case, "version", case.version + 1)
        act.raised.add(case.id)


def _chain(act: Act, name: str) -> JournalChain:
    chain = act.first(select(JournalChain).where(JournalChain.name == name).with_for_update(key_share=True))
    return chain or act.add(JournalChain(name=name))


def _place(head: PromotionCase | JournalChain) -> tuple[int, str]:
    if isinstance(head, PromotionCase):
        return head.journal_sequence + 1, head.journal_head
    return head.sequence + 1, head.head


def _move_head(head: PromotionCase | JournalChain, sequence: int, digest: str) -> None:
    if isinstance(head, PromotionCase):
        # Stored past the unit of work, with the entries.
        set_committed_value(head, "journal_sequence", sequence)
        set_committed_value(head, "journal_head", digest)
    else:
        head.sequence, head.head = sequence, digest


def _digest(text: str, salt: str) -> str:
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def _heads(db: Session) -> dict[str, tuple[int, str]]:
    cases = db.execute(
        select(PromotionCase.id, PromotionCase.journal_sequence, PromotionCase.journal_head)
    ).all()
    chains = db.execute(select(JournalChain.name, JournalChain.sequence, JournalChain.head)).all()
    return {chain_of(key): (sequence, head) for key, sequence, head in cases} | {
        name: (sequence, head) for name, sequence, head in chains
    }


def _fault(entry: JournalEntry, sequence: int, previous: str) -> str | None:
    if entry.sequence != sequence + 1:
        return "entry_missing"
    if entry.previous != previous:
        return "chain_broken"
    if entry.hash != entry_hash(entry):
        return "entry_altered"
    return None


def _unfitting_ends(
    heads: dict[str, tuple[int, str]], seen: dict[str, tuple[int, str]], bad: set[str]
) -> Iterator[BadEntry]:
    for chain, head in heads.items():
        last = seen.get(chain, (0, ""))
        if chain in bad or last == head:
            continue
        if last[0] < head[0]:
            yield BadEntry(chain, last[0] + 1, "tail_cut")
        else:
            # As long as the head knows: its last entry was rewritten; longer: something was added to it.
            yield BadEntry(chain, head[0] + (last[0] > head[0]), "entry_altered")
    for chain in seen.keys() - heads.keys() - bad:
        yield BadEntry(chain, 1, "chain_without_head")


def _altered_texts(db: Session, of_chain: ColumnElement[bool]) -> Iterator[BadEntry]:
    rows = select(JournalEntry, JournalText).join(JournalText, JournalText.entry_id == JournalEntry.id)
    for entry, text in db.execute(rows.where(of_chain).execution_options(yield_per=1000)):
        if entry.text_digest != _digest(text.text, text.salt):
            yield BadEntry(entry.chain, entry.sequence, "text_altered")
