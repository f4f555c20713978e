"""What people do of their own accord, as soon as a case stands in a certain stage."""

from benchmarks.cycle.desk import Desk
from benchmarks.cycle.plays import Play
from benchmarks.cycle.stories import Once
from workflow.vocabulary import Stage


def follow(desk: Desk, play: Play) -> None:
    """Do what the story says for the stage its case stands in this morning."""
    has_been_objected_to = Once.SOMEBODY_OBJECTS not in play.to_happen
    if play.stage == play.story.withdrawn_in and has_been_objected_to:
        desk.give_up(play)
    elif play.stage == play.story.leaves_in:
        desk.leaving.add(play.candidate)
    elif play.stage == Stage.NOMINATED and play.happens(Once.OBJECTS_TO_RATER):
        body = {"person": desk.cast.colleague_of(play.candidate).number, "reason": "We have quarrelled."}
        desk.act(play.candidate, "POST", play, "rater-objections", body)
    elif play.stage == Stage.NOTICE and play.happens(Once.SOMEBODY_OBJECTS):
        objector = desk.cast.colleague_of(play.candidate)
        desk.act(objector, "POST", play, "objections", {"text": "The figures are those of the team."})
