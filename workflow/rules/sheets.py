"""Whether a judge's sheet may be handed in: every criterion, each from 1 to 5."""

from collections.abc import Mapping


def faults_of(sheet: Mapping[str, float], criteria: Mapping[str, float]) -> list[dict[str, str]]:
    """Every fault as criterion and reason; `criteria` are those the edition asks for."""
    missing = [(key, "score_missing") for key in criteria if key not in sheet]
    unknown = [(key, "unknown_criterion") for key in sheet if key not in criteria]
    outside = [(key, "not_one_to_five") for key, value in sheet.items() if not 1 <= value <= 5]
    return [{"criterion": key, "reason": reason} for key, reason in missing + unknown + outside]
