"""The words of mails on a page: HR puts them otherwise and goes back."""

from tests.web.conftest import BrowserFor


def test_hr_changes_a_wording_sees_it_with_a_sample_and_goes_back(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    assert hr.open("/desk/texts").link("Nudges") == "/desk/texts?kind=case_nudged"
    page = hr.open("/desk/texts?kind=decision_recorded")
    assert "Promotion case 12345: the decision is recorded" in page.words
    saved = hr.send(page, "Save Subject · English", text="Case {case} is decided")
    assert saved.alert == "Saved."
    assert "Case 12345 is decided" in saved.words
    assert "Versions: 1" in saved.words
    assert "A decision changed" in hr.open("/desk/texts").words
    back = hr.send(saved, "Back to the wording of the product")
    assert back.alert == "The wording of the product counts again."
    assert "Promotion case 12345: the decision is recorded" in back.words
    assert "Versions: 2" in back.words


def test_a_refused_wording_is_explained_and_not_lost(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    page = hr.open("/desk/texts?kind=decision_recorded")
    refused = hr.send(page, "Save Subject · English", status=422, text="Case {case.id}")
    assert "only these placeholders may stand, spelt just so: {case}" in refused.alert
    assert "Case {case.id}" in [area.text.strip() for area in refused.soup.find_all("textarea")]


def test_words_are_for_hr_alone_and_unknown_kinds_are_not_found(browser_for: BrowserFor) -> None:
    for number in ("L1", "A1", "X1"):
        browser_for(number).open("/desk/texts", status=403)
    for kind in ("password_changed", "nothing", "/digest", "digest//"):
        browser_for("H1").open(f"/desk/texts?kind={kind}", status=404)
