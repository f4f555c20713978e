"""A release tells hundreds of people at once."""

from office import Office

from notifications.messages import announce


def test_more_news_than_fit_into_one_statement_all_go_out(office: Office) -> None:
    candidate, nominator, officer = office.a_person(), office.a_person(), office.a_person()
    case = office.a_case(candidate, nominator)
    with office.acting(officer) as act:
        act.entries += [office.an_entry(act, "decision_recorded", case) for _ in range(200)]
        announce(act)
    assert len(office.deliveries(channel="mail")) == 400
