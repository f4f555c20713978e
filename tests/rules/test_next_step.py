"""Which step of the ladder comes next for somebody, and to which post it leads."""

import pytest

from tests.company import default_rules
from workflow.vocabulary import Level, Track

MANAGEMENT, PROFESSIONAL = Track.MANAGEMENT, Track.PROFESSIONAL


@pytest.mark.parametrize(
    ("track", "level", "post", "target"),
    [
        (PROFESSIONAL, Level.JUNIOR, "technician", "service_engineer"),
        (PROFESSIONAL, Level.SENIOR, "senior_service_engineer", "principal_service_engineer"),
        (MANAGEMENT, Level.PRINCIPAL, "regional_manager", "after_sales_director"),
    ],
)
def test_where_the_post_cannot_be_kept_the_first_of_the_step_is_the_target(
    track: Track, level: Level, post: str, target: str
) -> None:
    step = default_rules().next_step_for(track, level, post)
    assert step is not None
    assert (step.rules.track, step.rules.level, step.post) == (track, level.above, target)


def test_a_post_that_reaches_to_the_next_level_is_kept() -> None:
    step = default_rules().next_step_for(MANAGEMENT, Level.SENIOR, "regional_manager")
    assert step is not None
    assert step.post == "regional_manager"


@pytest.mark.parametrize("post", ["Regional manager", "REGIONAL_MANAGER", " regional  Manager", "区域经理"])
def test_a_post_is_known_by_its_key_and_both_names(post: str) -> None:
    step = default_rules().next_step_for(MANAGEMENT, Level.SENIOR, post)
    assert step is not None
    assert step.post == "regional_manager"


def test_a_post_the_edition_does_not_know_leads_nowhere() -> None:
    assert default_rules().next_step_for(PROFESSIONAL, Level.JUNIOR, "astronaut") is None


def test_above_the_top_there_is_no_step() -> None:
    assert default_rules().next_step_for(PROFESSIONAL, Level.EXPERT, "technical_expert") is None


def test_below_the_first_step_of_a_track_there_is_one_to_its_first_level() -> None:
    step = default_rules().next_step_for(MANAGEMENT, Level.JUNIOR, "technician")
    assert step is not None
    assert step.post == "after_sales_representative"
