"""Whether somebody may be promoted by the facts on file: one finding per rule the edition asks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from workflow.rules.deadlines import add_months
from workflow.rules.edition import EligibilityRules
from workflow.rules.verdict import Verdict, met, not_met, unknown
from workflow.vocabulary import Answer


@dataclass(frozen=True, slots=True)
class Certificate:
    """When a certificate was obtained, None if it is known not to be held, and the last day it counts."""

    obtained_on: date | None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on file about a person; None or nothing at all means that it is not known.

    `ratings` are pairs of period and rating, newest last; `trainings` count attendance by course and
    year; `rotation_months` is the longest rotation, `projects` their number in other departments.
    """

    level_since: date
    ratings: tuple[tuple[str, float], ...] = ()
    trainings: Mapping[tuple[str, int], int] = field(default_factory=dict)
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    under_sanction: bool = False
    rotation_months: int | None = None
    projects: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule beside the person's own value, where that comes from, and whether the rule is met."""

    rule: str
    required: str
    value: str | None
    source: str
    answer: Answer


def check(facts: Facts, rules: EligibilityRules, *, on: date) -> list[Finding]:
    """A finding for each rule that is asked; missing facts give unknown, never not met."""
    findings = (
        _months_in_level(facts, rules, on),
        _median_rating(facts, rules),
        _trainings(facts, rules, on),
        *_certificates(facts, rules, on),
        _no_open_sanction(facts, rules),
        _breadth(facts, rules),
    )
    return [finding for finding in findings if finding is not None]


def asked(rules: EligibilityRules) -> list[Finding]:
    """A finding for each rule that is asked, about nobody: only rule and requirement mean anything."""
    day = date.min
    return check(Facts(level_since=day), rules, on=day)


def overall(findings: Sequence[Finding], waived: Collection[str] = ()) -> Verdict:
    """The verdict over all findings; `waived` names the rules HR has waived with a reason."""
    binding = [finding for finding in findings if finding.rule not in waived]
    failed = [finding.rule for finding in binding if finding.answer is Answer.NOT_MET]
    missing = [finding.rule for finding in binding if finding.answer is Answer.UNKNOWN]
    if failed:
        return not_met("not_eligible", rules=failed)
    if missing:
        return unknown("facts_missing", rules=missing)
    return met("eligible", waived=sorted(finding.rule for finding in findings if finding not in binding))


def median_rating(ratings: Sequence[tuple[str, float]], periods: int) -> float | None:
    """The median of the last so many periods' ratings, or None where fewer are on file."""
    last = [rating for _, rating in ratings[-periods:]]
    return median(last) if len(last) == periods else None


def _months_in_level(facts: Facts, rules: EligibilityRules, on: date) -> Finding | None:
    if rules.months_in_level is None:
        return None
    months = 12 * (on.year - facts.level_since.year) + on.month - facts.level_since.month
    if add_months(facts.level_since, months) > on:
        months -= 1
    return _finding("months_in_level", rules.months_in_level, months, "employee")


def _median_rating(facts: Facts, rules: EligibilityRules) -> Finding | None:
    if rules.median_rating is None:
        return None
    value = median_rating(facts.ratings, rules.rating_periods)
    return _finding("median_rating", rules.median_rating, value, "performance_record")


def _trainings(facts: Facts, rules: EligibilityRules, on: date) -> Finding | None:
    if rules.trainings is None:
        return None
    times = [
        count
        for (course, year), count in facts.trainings.items()
        if year >= on.year - 1 and rules.training_course in (None, course)
    ]
    return _finding("trainings", rules.trainings, sum(times) if facts.trainings else None, "training_record")


def _certificates(facts: Facts, rules: EligibilityRules, on: date) -> Iterator[Finding]:
    """A finding for each certificate, so that each can be missing, or waived, by itself."""
    for certificate in rules.certificates:
        value, answer = _validity(facts.certificates.get(certificate), on)
        yield Finding(f"certificate:{certificate}", "valid", value, "certificate_record", answer)


def _validity(held: Certificate | None, on: date) -> tuple[str | None, Answer]:
    if held is None:
        return None, Answer.UNKNOWN
    if held.obtained_on is None or held.obtained_on > on:
        return "none", Answer.NOT_MET
    if held.valid_until is None:
        return "valid", Answer.MET
    word, answer = ("valid", Answer.MET) if on <= held.valid_until else ("expired", Answer.NOT_MET)
    return f"{word}:{held.valid_until}", answer


def _no_open_sanction(facts: Facts, rules: EligibilityRules) -> Finding | None:
    if not rules.no_open_sanction:
        return None
    value, answer = ("open", Answer.NOT_MET) if facts.under_sanction else ("none", Answer.MET)
    return Finding("no_open_sanction", "none", value, "employee", answer)


def _breadth(facts: Facts, rules: EligibilityRules) -> Finding | None:
    """Where a rotation and projects are both asked, one of the two is enough."""
    findings = list(_rotation_and_projects(facts, rules))
    if len(findings) < 2:
        return findings[0] if findings else None
    answers = {finding.answer for finding in findings}
    answer = next(one for one in (Answer.MET, Answer.UNKNOWN, Answer.NOT_MET) if one in answers)
    required = " / ".join(finding.required for finding in findings)
    values = [finding.value for finding in findings]
    value = " / ".join(value or "?" for value in values) if any(values) else None
    return Finding("rotation_or_projects", required, value, "career_history", answer)


def _rotation_and_projects(facts: Facts, rules: EligibilityRules) -> Iterator[Finding]:
    if rules.rotation_months is not None:
        yield _finding("rotation_months", rules.rotation_months, facts.rotation_months, "career_history")
    if rules.projects is not None:
        yield _finding("projects", rules.projects, facts.projects, "career_history")


def _finding(rule: str, required: float, value: float | None, source: str) -> Finding:
    if value is None:
        return Finding(rule, f"{required:g}", None, source, Answer.UNKNOWN)
    answer = Answer.MET if value >= required else Answer.NOT_MET
    return Finding(rule, f"{required:g}", f"{value:g}", source, answer)
