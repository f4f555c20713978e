import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.organisation import read_rows
from workflow.errors import BadImport


def cells_of(data: bytes) -> list[tuple[str, ...]]:
    return [line.cells for line in read_rows(data)]


def problems_of(data: bytes) -> list[tuple[int, str]]:
    with pytest.raises(BadImport) as refusal:
        list(read_rows(data))
    return [(problem["line"], problem["reason"]) for problem in refusal.value.facts["lines"]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_shows_which_separator_is_meant(separator: str) -> None:
    data = f"number{separator}name\n1{separator}a.b".encode()
    assert cells_of(data) == [("1", "a.b")]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_byte_order_mark_is_no_part_of_the_first_column(mark: bytes) -> None:
    rows = read_rows(mark + "number,name\n1,王芳".encode())
    assert rows.columns == ("number", "name")
    assert [line.cells for line in rows] == [("1", "王芳")]


def test_a_file_in_gb18030_is_read_without_being_told() -> None:
    assert cells_of("number,name\n1,王芳\n2,𠀀".encode("gb18030")) == [("1", "王芳"), ("2", "𠀀")]


def test_bad_bytes_in_gb18030_are_refused_with_their_lines() -> None:
    data = "number,name\n1,王芳\n2,李\n3,张伟\n".encode("gb18030").replace("李".encode("gb18030"), b"\xff")
    assert problems_of(data) == [(3, "bad_encoding")]


def test_a_damaged_line_of_utf_8_is_named_and_not_taken_for_gb18030() -> None:
    data = "number,name\n1,王芳\n2,李娜\n3,张伟\n".encode().replace("李".encode(), b"\xc4\xe3")
    assert problems_of(data) == [(3, "bad_encoding")]


def test_a_marked_file_is_held_to_its_mark() -> None:
    data = codecs.BOM_UTF8 + "number,name\n1,王芳".encode("gb18030")
    assert problems_of(data) == [(2, "bad_encoding")]


def test_every_line_with_bad_bytes_is_named() -> None:
    assert problems_of(b"number\n\xff\nx\n\xff\xff\n") == [(2, "bad_encoding"), (4, "bad_encoding")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    data = b'number,name\r\n1,"a\r\nb"\r\n\r\n2,c\r\n'
    assert [line.number for line in read_rows(data)] == [2, 5]


def test_blank_lines_and_blanks_around_cells_are_left_out() -> None:
    assert cells_of(b"number,name\n,\n 1 , a \n\n") == [("1", "a")]


def test_an_open_quotation_mark_is_named_where_it_begins() -> None:
    assert problems_of(b'number,name\n1,a\n2,"b\n3,c\n') == [(3, "bad_quoting")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system_are_read(ending: str) -> None:
    assert cells_of(f"number;name{ending}1;a{ending}".encode()) == [("1", "a")]


def test_a_cell_without_end_is_refused_and_not_kept() -> None:
    assert problems_of(b"number,name\n1," + b"x" * 200_000) == [(2, "bad_quoting")]
    assert problems_of(b"x" * 200_000) == [(1, "bad_quoting")]


def test_what_is_no_text_at_all_is_refused() -> None:
    assert problems_of("number,name\n1,a".encode("utf-16"))[0] == (1, "bad_encoding")


@pytest.mark.parametrize("data", [b"", b"\n1,2\n", codecs.BOM_UTF8])
def test_a_file_without_header_is_refused(data: bytes) -> None:
    assert problems_of(data) == [(1, "no_header")]


def test_a_column_twice_or_without_name_is_refused() -> None:
    with pytest.raises(BadImport) as refusal:
        read_rows(b"number,name,number,\n")
    found = [(problem["column"], problem["reason"]) for problem in refusal.value.facts["lines"]]
    assert found == [("number", "column_twice"), ("", "column_without_name")]


def test_the_number_of_rows_is_known_before_they_are_read() -> None:
    assert len(read_rows(b"number\n1\n2\n")) == 2
    assert len(read_rows(b"number\n")) == 0


words = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), min_size=1, max_size=8)


@given(
    names=st.lists(words, min_size=1, max_size=6),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_is_written_in_any_form_is_read_again(names: list[str], separator: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([["number", "name"], *(["1", name] for name in names)])
    assert cells_of(out.getvalue().encode(encoding)) == [("1", name.strip()) for name in names]
