from collections import Counter
from collections.abc import Sequence

from editions_for_rules import review_rules
from hypothesis import given
from hypothesis import strategies as st

from workflow.rules.draws import (
    DrawnRater,
    RaterCandidate,
    draw,
    draw_raters,
    draw_replacements,
    order,
    pool_digest,
    seed_for,
)
from workflow.vocabulary import Source

ids = st.sets(st.text(min_size=1, max_size=4), max_size=12)


def a_pool(prefix: str, count: int, *, other_team: Sequence[int] = (), load: int = 0) -> list[RaterCandidate]:
    return [RaterCandidate(f"{prefix}{number}", number in other_team, load) for number in range(count)]


def people(raters: Sequence[DrawnRater], source: Source) -> list[str]:
    return [rater.person for rater in raters if rater.source is source]


def test_the_seed_binds_case_pool_and_secret_but_not_the_order_of_the_pool() -> None:
    seed = seed_for({"case": 1, "round": 1}, ["b", "a"], "nonce")
    assert seed == seed_for({"round": 1, "case": 1}, ["a", "b"], "nonce")
    others = [
        seed_for({"case": 2, "round": 1}, ["a", "b"], "nonce"),
        seed_for({"case": 1, "round": 1}, ["a", "b", "c"], "nonce"),
        seed_for({"case": 1, "round": 1}, ["a", "b"], "other"),
    ]
    assert len({seed, *others}) == 4
    assert len(seed) == 64


def test_a_draw_can_be_repeated_by_hand() -> None:
    """Worked out with `hmac.new(b"seed", id, "sha256")` outside of the program."""
    assert order("seed", ["a", "b", "c", "d"]) == ["a", "c", "d", "b"]


@given(ids, st.randoms())
def test_the_order_does_not_depend_on_how_the_pool_was_listed(pool: set[str], shuffle: object) -> None:
    listed = sorted(pool)
    shuffle.shuffle(listed)  # type: ignore[attr-defined]
    assert order("seed", listed) == order("seed", sorted(pool))
    assert pool_digest(listed) == pool_digest(pool)


@given(ids, st.integers(0, 15))
def test_a_draw_is_the_head_of_the_order(pool: set[str], count: int) -> None:
    drawn = draw("seed", pool, count)
    assert drawn == order("seed", pool)[:count]
    assert len(drawn) == min(count, len(pool))


def test_over_many_seeds_everybody_is_drawn_about_equally_often() -> None:
    drawn = Counter(person for seed in range(3000) for person in draw(str(seed), "abcdef", 2))
    assert all(900 < times < 1100 for times in drawn.values())


def test_every_source_gives_its_number_and_the_candidate_one_form() -> None:
    pools = {
        Source.SELF: a_pool("me", 1),
        Source.SUPERIOR: a_pool("boss", 1),
        Source.PEER: a_pool("peer", 9),
        Source.SUBORDINATE: a_pool("sub", 6),
        Source.CUSTOMER: a_pool("cust", 8),
    }
    raters = draw_raters(pools, rules=review_rules(), seed="seed")
    assert Counter(rater.source for rater in raters) == {
        Source.SUPERIOR: 1,
        Source.PEER: 5,
        Source.SUBORDINATE: 5,
        Source.CUSTOMER: 8,
        Source.SELF: 1,
    }


def test_a_source_with_a_pool_below_its_drawn_number_does_not_exist() -> None:
    pools = {Source.PEER: a_pool("peer", 5), Source.SUBORDINATE: a_pool("sub", 4)}
    raters = draw_raters(pools, rules=review_rules(), seed="seed")
    assert {rater.source for rater in raters} == {Source.PEER}


def test_people_with_their_fill_of_forms_are_spared_but_superiors_and_customers_are_not() -> None:
    pools = {
        Source.SUPERIOR: a_pool("boss", 1, load=20),
        Source.PEER: a_pool("busy", 5, load=6) + a_pool("free", 5, load=5),
        Source.SUBORDINATE: a_pool("sub", 5, load=6),
        Source.CUSTOMER: a_pool("cust", 8, load=6),
    }
    raters = draw_raters(pools, rules=review_rules(), seed="seed")
    assert people(raters, Source.SUPERIOR) == ["boss0"]
    assert set(people(raters, Source.PEER)) == {f"free{number}" for number in range(5)}
    assert people(raters, Source.SUBORDINATE) == []
    assert len(people(raters, Source.CUSTOMER)) == 8


@given(st.integers(0, 10_000))
def test_one_peer_comes_from_another_team_if_there_is_one(seed: int) -> None:
    pools = {Source.PEER: a_pool("peer", 30, other_team=[7])}
    raters = draw_raters(pools, rules=review_rules(), seed=str(seed))
    assert "peer7" in people(raters, Source.PEER)
    assert len(raters) == 5


def test_without_another_team_the_peers_are_drawn_all_the_same() -> None:
    raters = draw_raters({Source.PEER: a_pool("peer", 30)}, rules=review_rules(), seed="seed")
    assert len(raters) == 5


@given(st.integers(0, 10_000))
def test_the_own_superior_is_always_asked_before_former_ones(seed: int) -> None:
    pools = {Source.SUPERIOR: a_pool("boss", 4, other_team=[1, 2, 3])}
    raters = draw_raters(pools, rules=review_rules(), seed=str(seed))
    assert raters[0] == DrawnRater("boss0", Source.SUPERIOR, is_other_team=False)
    assert len(raters) == 2


@given(
    st.dictionaries(
        st.sampled_from(Source),
        st.lists(
            st.builds(RaterCandidate, st.sampled_from("abcdefghijklmnop"), st.booleans(), st.integers(0, 7))
        ),
    ),
    st.integers(0, 100),
)
def test_nobody_is_drawn_twice(pools: dict[Source, list[RaterCandidate]], seed: int) -> None:
    pools[Source.SELF] = [RaterCandidate("candidate", is_other_team=False, load=0)]
    raters = draw_raters(pools, rules=review_rules(), seed=str(seed))
    assert len({rater.person for rater in raters}) == len(raters)
    assert people(raters, Source.SELF) == ["candidate"]


def replacements(
    pool: Sequence[RaterCandidate],
    *,
    count: int = 1,
    asked: Sequence[str] = (),
    source: Source = Source.PEER,
    lacks_other_team: bool = False,
) -> list[str]:
    drawn = draw_replacements(
        pool,
        count,
        source=source,
        asked=asked,
        limit=6,
        seed="seed",
        lacks_other_team=lacks_other_team,
    )
    return [one.person for one in drawn]


def test_nobody_replaces_who_was_asked_before_or_has_his_fill_of_forms() -> None:
    pool = a_pool("peer", 3) + a_pool("busy", 3, load=6)
    assert set(replacements(pool, count=9, asked=["peer0"])) == {"peer1", "peer2"}
    assert replacements(a_pool("cust", 1, load=9), source=Source.CUSTOMER) == ["cust0"]
    assert replacements(pool, count=9, asked=["peer0", "peer1", "peer2"]) == []


@given(st.integers(0, 7))
def test_the_other_team_goes_first_where_it_is_missing(place: int) -> None:
    pool = a_pool("peer", 8, other_team=[place])
    assert replacements(pool, lacks_other_team=True) == [f"peer{place}"]
    assert replacements(pool) == replacements(a_pool("peer", 8))
