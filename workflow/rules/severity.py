"""What judges' marks say of the candidates once the severity of the judges is taken out; pure arithmetic.

The fit minimises Σ ρ(y − a − b) + λ Σ b² over the candidates' means a, which are not shrunk, and the
judges' severities b: ρ is Huber's with k = 1.5 spreads, reweighted eight times; a spread is 1.4826 times
the median residual, but never less than a quarter of a point. λ is 2 below twelve candidates, else the
ratio of the variances of error and judge by REML, between 1 and 10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log
from statistics import fmean, median

Marks = Mapping[tuple[str, str], float]
"""Marks from 1 to 5 by candidate and judge."""
Matrix = list[list[float]]

_ROUNDS = 8
_HUBER = 1.5
_LEAST_SPREAD = 0.25
_DOUBTFUL = 3.0
_FEW = 12
_RATIOS = [1 + step / 2 for step in range(19)]


class Basis(StrEnum):
    """How the means came about: plain, because everybody scored everybody or nothing links; or corrected."""

    ONE_PANEL = "one_panel"
    NOT_LINKED = "not_linked"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Fit:
    """Each candidate's mean (1 to 5), each judge's severity in points, and the variance of a single mark."""

    basis: Basis
    means: dict[str, float]
    severities: dict[str, float]
    error: float


def fit(marks: Marks) -> Fit:
    """The candidates' means, corrected only where several panels are linked by judges they share."""
    rows, columns = _rows(marks), _columns(marks)
    plain = {one: fmean(row.values()) for one, row in rows.items()}
    if len(marks) == len(rows) * len(columns):
        whole = fmean(plain.values())
        severities = {judge: fmean(column.values()) - whole for judge, column in columns.items()}
        return Fit(Basis.ONE_PANEL, plain, severities, _error(marks, plain, severities))
    means, severities, _ = _robust(marks)
    error = _error(marks, means, severities)
    if _is_linked(rows, columns):
        return Fit(Basis.CORRECTED, means, severities, error)
    return Fit(Basis.NOT_LINKED, plain, severities, error)


def doubtful(marks: Marks) -> list[tuple[str, str]]:
    """Marks more than three spreads away from what candidate and judge let expect, in order."""
    means, severities, spread = _robust(marks)
    errors = _errors(marks, means, severities)
    return sorted(key for key, error in errors.items() if abs(error) > _DOUBTFUL * spread)


def _robust(marks: Marks) -> tuple[dict[str, float], dict[str, float], float]:
    weights = dict.fromkeys(marks, 1.0)
    ratio = _ratio(marks)
    for _ in range(_ROUNDS):
        means, severities = _ridge(marks, weights, ratio)
        errors = _errors(marks, means, severities)
        spread = max(1.4826 * median(abs(error) for error in errors.values()), _LEAST_SPREAD)
        weights = {key: min(1.0, _HUBER * spread / max(abs(error), 1e-12)) for key, error in errors.items()}
    return means, severities, spread


def _ridge(
    marks: Marks, weights: Mapping[tuple[str, str], float], ratio: float
) -> tuple[dict[str, float], dict[str, float]]:
    judges = list(_columns(marks))
    matrix, right = _reduced(marks, weights, judges)
    solved, _ = _solve(
        [[x + ratio * (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)], right
    )
    severities = dict(zip(judges, solved, strict=True))
    means = {
        one: fmean(
            [mark - severities[judge] for judge, mark in row.items()], [weights[one, judge] for judge in row]
        )
        for one, row in _rows(marks).items()
    }
    return means, severities


def _ratio(marks: Marks) -> float:
    """The λ of the head of this module; REML is looked up on a grid."""
    rows, judges = _rows(marks), list(_columns(marks))
    if len(rows) < _FEW or len(marks) <= len(rows):
        return 2.0
    matrix, right = _reduced(marks, dict.fromkeys(marks, 1.0), judges)
    within = sum((mark - fmean(row.values())) ** 2 for row in rows.values() for mark in row.values())

    def deviance(ratio: float) -> float:
        ridged = [[x + ratio * (i == j) for j, x in enumerate(row)] for i, row in enumerate(matrix)]
        solved, log_determinant = _solve(ridged, right)
        rest = max(within - sum(b * r for b, r in zip(solved, right, strict=True)), 1e-12)
        return (len(marks) - len(rows)) * log(rest) + log_determinant - len(judges) * log(ratio)

    return min(_RATIOS, key=deviance)


def _reduced(
    marks: Marks, weights: Mapping[tuple[str, str], float], judges: list[str]
) -> tuple[Matrix, list[float]]:
    """The normal equations of the severities once the candidates' means are eliminated."""
    place = {judge: index for index, judge in enumerate(judges)}
    matrix = [[0.0] * len(judges) for _ in judges]
    right = [0.0] * len(judges)
    for one, row in _rows(marks).items():
        shares = {place[judge]: weights[one, judge] for judge in row}
        total = sum(shares.values())
        mean = fmean(row.values(), list(shares.values()))
        for judge, mark in row.items():
            i = place[judge]
            matrix[i][i] += shares[i]
            right[i] += shares[i] * (mark - mean)
            for j, share in shares.items():
                matrix[i][j] -= shares[i] * share / total
    return matrix, right


def _solve(matrix: Matrix, right: list[float]) -> tuple[list[float], float]:
    """The solution of a positive definite system, and the logarithm of its determinant."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size, log_determinant = len(rows), 0.0
    for i in range(size):
        log_determinant += log(rows[i][i])
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [x - factor * y for x, y in zip(rows[k], rows[i], strict=True)]
    solution = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][j] * solution[j] for j in range(i + 1, size))
        solution[i] = (rows[i][size] - known) / rows[i][i]
    return solution, log_determinant


def _errors(
    marks: Marks, means: Mapping[str, float], severities: Mapping[str, float]
) -> dict[tuple[str, str], float]:
    return {key: mark - means[key[0]] - severities[key[1]] for key, mark in marks.items()}


def _error(marks: Marks, means: Mapping[str, float], severities: Mapping[str, float]) -> float:
    free = len(marks) - len(means) - len(severities) + 1
    return sum(error**2 for error in _errors(marks, means, severities).values()) / max(free, 1)


def _is_linked(rows: Mapping[str, Mapping[str, float]], columns: Mapping[str, Mapping[str, float]]) -> bool:
    reached: set[str] = set()
    waiting = list(rows)[:1]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += [other for judge in rows[one] for other in columns[judge]]
    return len(reached) == len(rows)


def _rows(marks: Marks) -> dict[str, dict[str, float]]:
    rows: dict[str, dict[str, float]] = {}
    for (one, judge), mark in sorted(marks.items()):
        rows.setdefault(one, {})[judge] = mark
    return rows


def _columns(marks: Marks) -> dict[str, dict[str, float]]:
    return _rows({(judge, one): mark for (one, judge), mark in marks.items()})
