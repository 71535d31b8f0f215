"""What a user is told stays on one line, whatever it quotes."""

import pytest

from ais.errors import InputError, some


@pytest.mark.parametrize(
    ("quoted", "shown"),
    [("a\nb", "a\\nb"), ("\0\t", "\\x00\\t"), ("\u202eabc", "\\u202eabc"), ("é 🐼 שלום", "é 🐼 שלום")],
)
def test_a_message_is_one_line(quoted, shown):
    assert str(InputError(f"x.csv: found {quoted}.")) == f"x.csv: found {shown}."


def test_some_of_many():
    assert some("cab") == "'a', 'b', 'c'"
    assert some("hgfedcba", 2) == "'a', 'b' and 6 more"
