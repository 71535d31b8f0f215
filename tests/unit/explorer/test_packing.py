"""What the explorer ships: numbers that survive the way, whatever their range, and text that nothing breaks out of."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from ais.explorer import packing, pages


@pytest.fixture
def heatmaps():
    random = np.random.default_rng(0)
    found = random.normal(size=(9, 4, 5)) * 10.0 ** np.arange(-6, 3)[:, None, None]
    found[1, 2, 3] = np.nan
    found[2] = np.nan
    found[3] = 0.7
    found[4] = 0.0
    return found.astype(np.float32)


def test_quantised_heatmaps_come_back_to_a_five_hundredth_of_their_own_range(heatmaps):
    back = packing.restored(**packing.quantised(heatmaps))
    np.testing.assert_array_equal(np.isnan(back), np.isnan(heatmaps))
    for one, other in zip(back, heatmaps.astype(float), strict=True):
        if not np.isnan(other).all():
            assert np.nanmax(np.abs(one - other)) <= np.ptp(other[~np.isnan(other)]) / 507
    np.testing.assert_array_equal(back[3], np.float32(0.7))


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_arrays_are_little_endian_bytes(kind):
    array = np.array([[1, 2], [3, 250]])
    back = np.frombuffer(base64.b64decode(packing.text(array.astype(f">{kind}"), kind)), dtype=f"<{kind}")
    np.testing.assert_array_equal(back, array.ravel())


def test_nothing_in_the_data_closes_a_script_or_opens_an_element():
    nasty = "</script><!--<script>alert('é\u2028')&amp;"
    written = packing.as_json({nasty: [nasty]})
    assert not set("<>&\u2028é") & set(written)
    assert json.loads(written) == {nasty: [nasty]}
    with pytest.raises(ValueError):
        packing.as_json(float("nan"))


def test_rows_of_a_table_keep_numbers_and_miss_what_is_missing():
    table = pd.DataFrame({"name": ["NA", "b"], "n": [1, 2], "x": [0.5, np.nan], "y": [np.inf, 1.0]})
    assert packing.records(table) == [
        {"name": "NA", "n": 1, "x": 0.5, "y": None},
        {"name": "b", "n": 2, "x": None, "y": 1.0},
    ]


def test_the_policy_names_the_script_and_style_and_nothing_remote():
    html = pages.page({"a": "</script><style>@STYLE@"})
    policy = html.split('Content-Security-Policy" content="')[1].split('"')[0]
    assert "http" not in policy and "unsafe" not in policy and "default-src 'none'" in policy
    assert html.count("<script") == 2 and html.count("<style>") == 1
    assert "http://" not in html.replace("http://www.w3.org/2000/svg", "") and "https://" not in html
    for made in ("eval(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "fetch(", "XMLHttpRequest"):
        assert made not in html


def test_every_script_of_the_page_is_used():
    assert {path.stem for path in pages.PARTS.glob("*.js")} == set(pages.SCRIPTS)
