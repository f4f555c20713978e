"""How new tasks come on file."""

from tests.company import Company
from workflow import filing
from workflow.models import Department


def test_what_was_changed_before_stands_on_file_even_where_nobody_is_asked(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.add(Department(name="Sales"))
        filing.put(act, company.edition_id, [])
        assert not act.db.new
