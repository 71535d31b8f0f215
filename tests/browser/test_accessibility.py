"""The explorer for those who see, hear or point otherwise: axe-core finds nothing serious in any view."""

from pathlib import Path

import pytest
from browser.conftest import settle
from browser.small_explorer import Small

axe = pytest.importorskip(
    "axe_playwright_python", reason="axe-core is not installed (pip install axe-playwright-python)"
)
AXE = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
FOUND = """() => axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)))"""
SHOWN = {
    "images": "view=images&leading=1&contour=maps+10",
    "sorted": "view=images&sort=insertion_20&opacity=0.2",
    "nothing found": "view=images&filter=nothing",
    **{view: f"view={view}" for view in ("summary", "maps", "saliency", "study")},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Small(tmp_path_factory.mktemp("explorer"))


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing_serious(opened, study, width, scheme):
    with opened(study, width=width) as page:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # not halfway into a colour
        page.evaluate(AXE)  # not a script in the page: its policy would refuse it
        found = {}
        for name, address in SHOWN.items():
            page.evaluate("(address) => { location.hash = address; }", f"set=small&{address}")
            page.wait_for_selector(f"html[data-ready='{'images' if ' ' in name or name == 'sorted' else name},small']")
            settle(page)
            page.evaluate("document.querySelector('.seen[aria-pressed=false]')?.click()")
            page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach((each) => each.click())")
            settle(page)
            found[name] = page.evaluate(FOUND)
        page.evaluate("location.hash = 'set=small'")
        page.wait_for_selector("html[data-ready='images,small'] .open")
        page.locator(".open").first.click()
        found["enlarged"] = page.evaluate(FOUND)
        page.keyboard.press("Escape")
        page.evaluate("document.getElementById('name').append(document.createElement('button'))")
        assert any("button-name" in problem for problem in page.evaluate(FOUND))  # it does look
    assert {name: problems for name, problems in found.items() if problems} == {}
