"""An explorer of the paper's size, 6 sets × 8 networks × 2 analyses, stays small enough to be sent and opened."""

import pytest
from browser import paper_size


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return paper_size.paper_size(tmp_path_factory.mktemp("paper"))


def test_a_set_has_less_than_7_mb_and_all_less_than_60(study):
    folder = study.results / "explorer"
    data = {path.stem: path.stat().st_size for path in (folder / "data").iterdir()}
    assert sorted(data) == sorted(paper_size.SETS)
    assert 5e6 < max(data.values()) < 7e6
    assert sum(data.values()) + (folder / "index.html").stat().st_size < 60e6


def test_all_networks_of_all_sets_are_shown(opened, study):
    with opened(study, "#set=various") as page:
        assert page.locator(".network h3").all_inner_texts() == list(study.backbones)
        assert page.locator("#set option").count() == len(paper_size.SETS)
        page.locator("nav a[data-view=summary]").click()
        assert page.locator("tbody tr").count() == 6 * 8 * 2
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
