"""Draws that anybody with the seed can repeat: whoever draws cannot steer them."""

import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from workflow.rules.edition import ReviewRules, SourceRule
from workflow.vocabulary import Source

LIMITED_BY_LOAD = frozenset({Source.PEER, Source.SUBORDINATE})


@dataclass(frozen=True, slots=True)
class RaterCandidate:
    """Somebody who may be drawn as a rater; `load` counts the forms already drawn for this person."""

    person: str
    is_other_team: bool
    load: int


@dataclass(frozen=True, slots=True)
class DrawnRater:
    """Somebody who has been drawn to review the candidate from one source."""

    person: str
    source: Source
    is_other_team: bool


def seed_for(case: Mapping[str, Any], pool: Sequence[str], secret: str) -> str:
    """The seed of a draw: SHA-256 (hex) of the case's facts, the sorted pool and a secret drawn for it."""
    return _digest({"case": dict(case), "pool": sorted(pool), "secret": secret})


def pool_digest(ids: Iterable[str]) -> str:
    """SHA-256 (hex) of a pool of people; the order does not matter."""
    return _digest(sorted(set(ids)))


def order(seed: str, ids: Iterable[str]) -> list[str]:
    """Distinct ids in the order of HMAC-SHA-256(seed, id), whatever order they came in."""
    return sorted(set(ids), key=lambda one: hmac.digest(seed.encode(), one.encode(), "sha256"))


def draw(seed: str, ids: Iterable[str], count: int) -> list[str]:
    """The first `count` ids of the seeded order, or all where there are fewer."""
    return order(seed, ids)[:count]


def draw_raters(
    pools: Mapping[Source, Sequence[RaterCandidate]], *, rules: ReviewRules, seed: str
) -> list[DrawnRater]:
    """The raters of a review, source by source; a source whose pool is too small is left out.

    Nobody is drawn twice. The candidate, alone in the pool of `SELF`, always fills one form.
    """
    drawn: list[DrawnRater] = []
    taken = {candidate.person for candidate in pools.get(Source.SELF, ())}
    for rule in sorted(rules.sources, key=lambda rule: list(Source).index(rule.source)):
        pool = pools.get(rule.source, ())
        if rule.source is not Source.SELF:
            pool = list(_available(rule.source, pool, taken, rules.forms_per_rater))
        chosen = _choose(rule, pool, seed)
        taken |= {candidate.person for candidate in chosen}
        drawn += [DrawnRater(one.person, rule.source, one.is_other_team) for one in chosen]
    return drawn


def draw_replacements(
    pool: Sequence[RaterCandidate],
    count: int,
    *,
    source: Source,
    asked: Collection[str],
    limit: int,
    seed: str,
    lacks_other_team: bool,
) -> list[DrawnRater]:
    """Up to `count` others of the same pool for raters who drop out; nobody who was `asked` before.

    Whoever comes from another team goes first where the raters who are left lack one.
    """
    free = {one.person: one for one in _available(source, pool, asked, limit)}
    ordered = [free[person] for person in order(f"{seed}/{len(asked)}", free)]
    if lacks_other_team:
        ordered.sort(key=lambda one: not one.is_other_team)
    return [DrawnRater(one.person, source, one.is_other_team) for one in ordered[:count]]


def _available(
    source: Source, pool: Sequence[RaterCandidate], taken: Collection[str], limit: int
) -> Iterator[RaterCandidate]:
    for candidate in pool:
        is_full = source in LIMITED_BY_LOAD and candidate.load >= limit
        if not is_full and candidate.person not in taken:
            yield candidate


def _choose(rule: SourceRule, pool: Sequence[RaterCandidate], seed: str) -> list[RaterCandidate]:
    people = {candidate.person: candidate for candidate in pool}
    ordered = [people[person] for person in order(seed, people)]
    if rule.source is Source.SELF:
        return ordered[:1]
    if rule.source is Source.SUPERIOR:
        own_line_first = sorted(ordered, key=lambda one: one.is_other_team)
        return own_line_first[: rule.drawn] if len(ordered) >= rule.minimum else []
    if len(ordered) < rule.drawn:
        return []
    return _with_other_team(ordered, rule.drawn) if rule.source is Source.PEER else ordered[: rule.drawn]


def _with_other_team(ordered: list[RaterCandidate], count: int) -> list[RaterCandidate]:
    chosen, rest = ordered[:count], ordered[count:]
    if any(one.is_other_team for one in chosen):
        return chosen
    outsider = next((one for one in rest if one.is_other_team), None)
    return chosen if outsider is None else [*chosen[:-1], outsider]


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
