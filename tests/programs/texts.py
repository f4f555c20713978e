"""What people, and those who wish them ill, type into a field."""

from hypothesis import strategies as st

ATTACKS = (
    "<script>alert(1)</script>",
    "'; DROP TABLE promotion_case; --",
    "{{ 7 * 7 }} {0.__class__} %s %(x)s ${jndi:x}",
    "=HYPERLINK(1)",
    "a\r\nBcc: everybody@example.com",
    "../../etc/passwd",
    "晋升" * 200,
    "\u0645\u0631\u062d\u0628\u0627 \U0001f600 e\u0301 \u202e",
    " ",
    "",
)
PLAIN = "As the facts stand."

# What the API lets through: any text without NUL and halves of characters.
words = st.one_of(
    st.just(PLAIN),
    st.sampled_from(ATTACKS),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40),
)
