"""What stands around every page: the ways to the others, on a wide screen and on a phone."""

import pytest

from tests.web.conftest import BrowserFor
from web.browser_names import browser_name


@pytest.mark.parametrize(
    ("number", "fourth"), [("H1", "/desk"), ("A1", "/audit"), ("X1", "/administration"), ("C", "/committees")]
)
def test_a_phone_shows_four_ways_and_the_rest_under_one_more(
    browser_for: BrowserFor, number: str, fourth: str
) -> None:
    bar = browser_for(number).open("/inbox").soup.select_one("nav.ways")
    assert bar is not None
    first = [one["href"] for one in bar.find_all("a", recursive=False) if "wide" not in one.get("class", [])]
    assert first == ["/inbox", "/my-promotion", "/cases", fourth]
    further = {one["href"] for one in bar.select("details a")}
    assert further == {one["href"] for one in bar.select("a.wide")}


@pytest.mark.parametrize(("number", "is_shown"), [("A1", False), ("H1", True), ("X1", True)])
def test_messages_are_linked_for_whoever_may_read_them(
    browser_for: BrowserFor, number: str, is_shown: bool
) -> None:
    ways = browser_for(number).open("/administration").soup.select("main a[href='/desk/deliveries']")
    assert bool(ways) == is_shown


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
            "Chrome · Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0",
            "WeChat · Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox · Linux"),
        ("curl/8.9", "curl/8.9"),
    ],
)
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
