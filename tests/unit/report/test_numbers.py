"""Numbers as the field writes them."""

import math

import pytest

from ais.report.numbers import counted, some_of, told, told_interval, told_p


@pytest.mark.parametrize(
    "value, text",
    [
        (0.1218, ".122"), (-0.0419, "−.042"), (1.2344, "1.234"), (0.0, ".000"), (-0.0001, ".000"), (0.9999, "1.000"),
        (math.nan, "–"), (None, "–"), (math.inf, "∞"), (-math.inf, "−∞"), (-12.0, "−12.000"),
    ],
)  # fmt: skip
def test_three_digits_without_a_zero_before_the_point(value, text):
    assert told(value) == text


def test_other_numbers_of_digits():
    assert (told(307.1, 0), told(0.4, 0), told(-0.26, 1)) == ("307", "0", "−.3")


@pytest.mark.parametrize(
    "p, text", [(0.025, ".025"), (0.00099, "< .001"), (0.001, ".001"), (1.0, "1.000"), (0.0, "< .001")]
)
def test_p_is_never_zero(p, text):
    assert told_p(p) == text


def test_what_is_not_there_is_a_dash():
    assert told_p(math.nan) == told_interval(0.1, math.nan) == counted(math.nan) == "–"


def test_intervals_and_counts():
    assert told_interval(-0.0049, 0.2001) == "[−.005, .200]"
    assert (counted(1280), counted(307.6)) == ("1,280", "308")
    assert (some_of(1, "image"), some_of(1200, "image")) == ("1 image", "1,200 images")
