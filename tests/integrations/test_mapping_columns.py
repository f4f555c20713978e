import pytest
from personnel_files import DATA

from integrations.organisation import read_mapping
from integrations.organisation.columns import BadCell
from workflow.errors import BadMapping


def mapped(rule: str, cells: dict[str, str], column: str = "name") -> str:
    return read_mapping(f"columns: {{{column}: {rule}}}").sources[column].text(cells)


def mistakes(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadMapping) as refusal:
        read_mapping(text)
    return [(problem["path"], problem["reason"]) for problem in refusal.value.facts["problems"]]


@pytest.mark.parametrize(
    ("rule", "cell", "text"),
    [
        ("X", "a", "a"),
        ("{column: X}", "a", "a"),
        ("{constant: Head office}", "a", "Head office"),
        ("{constant: true}", "a", "true"),
        ('{template: "e{X:4}@example.com"}', "7", "e0007@example.com"),
        ("{column: X, values: {1: junior, 2: senior}}", "2", "senior"),
        ('{column: X, values: {"Yes": false}, otherwise: true}', "Yes", "false"),
        ('{column: X, values: {"Yes": false}, otherwise: true}', "No", "true"),
        ("{column: X, years_before: 2026-01-01}", "6", "2020-01-01"),
        ("{column: X, years_before: 2024-02-29}", "1", "2023-02-28"),
        ("{column: X, years_before: 2026}", "41", "1985"),
        ("{column: X, scale: {from: [0, 100], to: [1, 5]}}", "50", "3.0"),
        ("{column: X, scale: {from: [0, 100], to: [1, 5]}}", "", ""),
    ],
)
def test_a_rule_says_what_becomes_of_a_cell(rule: str, cell: str, text: str) -> None:
    assert mapped(rule, {"X": cell}) == text


@pytest.mark.parametrize(
    ("rule", "cell", "reason"),
    [
        ("{column: X, values: {1: junior}}", "9", "value_not_in_mapping"),
        ("{column: X, years_before: 2026-01-01}", "some", "bad_number"),
        ("{column: X, scale: {from: [0, 100], to: [1, 5]}}", "good", "bad_number"),
    ],
)
def test_a_cell_that_a_rule_does_not_foresee_is_bad(rule: str, cell: str, reason: str) -> None:
    with pytest.raises(BadCell, match=reason):
        mapped(rule, {"X": cell})


@pytest.mark.parametrize(
    ("rule", "path", "reason"),
    [
        ("[1]", "columns.name", "column_or_rule_expected"),
        ("{values: {1: a}}", "columns.name.column", "missing"),
        ("{column: X, values: [1]}", "columns.name.values", "values_expected"),
        ("{column: X, values: {1: [a]}}", "columns.name.values.1", "text_expected"),
        ("{column: X, values: {Yes: a}}", "columns.name.values", "quote_yes_and_no"),
        ("{column: X, years_before: soon}", "columns.name.years_before", "day_or_year_expected"),
        ("{column: X, scale: {from: [1, 1], to: [1, 5]}}", "columns.name.scale", "two_ranges_expected"),
        ("{column: X, scale: 5}", "columns.name.scale", "two_ranges_expected"),
        ('{template: "no place"}', "columns.name.template", "bad_template"),
        ('{template: "{X.__class__}{"}', "columns.name.template", "bad_template"),
        ("{constant: a, otherwise: b}", "columns.name.otherwise", "unknown_key"),
        ("{column: X, colour: red}", "columns.name.colour", "unknown_key"),
    ],
)
def test_a_mistake_in_a_mapping_is_named_by_its_path(rule: str, path: str, reason: str) -> None:
    assert mistakes(f"columns: {{name: {rule}}}") == [(path, reason)]


def test_all_mistakes_are_named_at_once() -> None:
    text = "columns: {nom: X, level: 3, manager_number: Boss}\nmanagers: next_level_in_department\nextra: 1"
    assert mistakes(text) == [
        ("extra", "unknown_key"),
        ("managers", "file_names_managers"),
        ("columns.nom", "unknown_column"),
        ("columns.level", "column_or_rule_expected"),
    ]


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("columns: {a: [", "line 1", "not_yaml"),
        ("just text", "columns", "missing"),
        ("columns: {name: X}\nmanagers: by_guess", "managers", "unknown_rule"),
    ],
)
def test_a_document_that_is_no_mapping_is_refused(text: str, path: str, reason: str) -> None:
    assert mistakes(text) == [(path, reason)]


def test_the_mapping_of_the_sample_says_that_managers_are_derived() -> None:
    assert read_mapping((DATA / "hr-1470-mapping.yaml").read_text("utf-8")).derives_managers
