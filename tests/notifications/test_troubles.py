"""Why a message was not delivered is said in words, in both languages, whatever is kept of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import notifications
from notifications.models import Channel
from notifications.troubles import in_words
from translations import codes


def said(channel: Channel, error: str) -> str:
    words = in_words(channel, error)
    assert words is not None
    assert set(words) == {"en", "zh_Hans"}
    return words["en"]


@pytest.mark.parametrize(
    ("channel", "error", "words"),
    [
        (Channel.MAIL, "550 no such person", "The mail server has refused it: 550 no such person"),
        (Channel.MAIL, "451 later", "The mail server asks to try later: 451 later"),
        (Channel.WEBHOOK, "503", "The receiver itself has failed (503)."),
        (Channel.WEBHOOK, "404", "The receiver knows no such address (404)."),
        (Channel.WEBHOOK, "302", "The receiver sends on to another address (302), which is not followed."),
        (Channel.CHAT, "310000 sign not match", "The chat has refused it: 310000 sign not match"),
        (Channel.MAIL, "nothing_open", "Nothing waited for the reader any more."),
        (Channel.WEBHOOK, "ReadTimeout", "The connection stood, but no answer came in time."),
        (Channel.MAIL, "text_not_filled", "It was sent in the words of the product"),
        (Channel.MAIL, "ZeroDivisionError", "An attempt went wrong in a way that was not foreseen: Zero"),
    ],
)
def test_what_is_kept_is_said_in_words(channel: Channel, error: str, words: str) -> None:
    assert said(channel, error).startswith(words)


def test_every_reason_for_not_sending_has_its_words() -> None:
    package = Path(notifications.__path__[0])
    sources = [path.read_text("utf-8") for path in package.rglob("*.py")]
    reasons = {one.split('"')[0] for text in sources for one in text.split('Dropped("')[1:]}
    assert reasons
    assert reasons - set(codes("delivery_trouble")) == set()


@given(channel=st.sampled_from(Channel), error=st.text(max_size=200))
def test_whatever_is_kept_some_words_are_found(channel: Channel, error: str) -> None:
    assert (in_words(channel, error) is None) is (error == "")
