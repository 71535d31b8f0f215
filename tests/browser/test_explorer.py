"""The explorer in a browser: its views and controls, what it keeps in the address, what it never runs."""

import re
from itertools import pairwise

import numpy as np
import pytest
from browser.canvases import PIXELS
from browser.conftest import at, settle
from browser.small_explorer import Small

VIEWS = ("images", "summary", "maps", "saliency", "study")


def test_names_are_shown_and_never_run(opened, study):
    with opened(study, at(set="small")) as page:
        shown_names = page.evaluate("[...document.querySelectorAll('.thumbnails bdi')].map((b) => b.textContent)")
        assert shown_names == study.ids
        for image in study.ids:
            page.evaluate("(name) => { location.hash = new URLSearchParams({ set: 'small', image: name }); }", image)
            page.wait_for_function("(name) => document.getElementById('name').textContent === name", arg=image)
        for view in VIEWS:
            page.locator(f"nav a[data-view={view}]").click()
            page.wait_for_selector(f"html[data-ready='{view},small']")
            assert page.evaluate("document.querySelectorAll('main script, main b, [onerror]').length") == 0
        assert page.evaluate("window.hacked") is None
        assert "window.hacked=4" in page.locator("pre").inner_text()


def test_what_is_put_into_the_page_later_does_not_run(opened, study):
    with opened(study, complaints=1) as page:
        page.evaluate("""const s = document.createElement('script'); s.textContent = 'window.hacked = 5';
            document.body.append(s);""")
        assert page.evaluate("window.hacked") is None


def test_the_address_restores_what_was_seen(opened, study):
    with opened(study, at(set="small")) as page:
        page.keyboard.press("ArrowRight")
        page.locator("label.chip", has_text="signed").click()
        page.locator("#opacity").fill("0.4")
        page.select_option("#scale", "own")
        page.select_option("#sort", "insertion_20")
        page.select_option("#sort-of", "wide_one")
        page.locator("#sort-way").click()
        page.select_option("#contour", "maps 20")
        page.locator(".leading summary").first.click()
        page.locator(".line").nth(1).locator(".seen").first.click()
        page.locator("#filter").fill("a")
        settle(page)
        page.wait_for_timeout(300)  # until what was typed is in the address
        address = page.evaluate("location.hash")
        before = seen(page)
    with opened(study, address) as page:
        page.wait_for_timeout(100)
        after = seen(page)
        assert page.locator("#filter").input_value() == "a" and page.locator("#opacity").input_value() == "0.4"
        assert page.locator("#scale").input_value() == "own"
    assert after == before
    assert (
        before["beside"][1].startswith("Beside")
        and before["name"] == study.ids[1]
        and 0 < len(before["listed"]) < len(study.ids)
    )


def seen(page):
    return {
        "name": page.locator("#name").inner_text(),
        "listed": page.evaluate("[...document.querySelectorAll('.thumbnail')].map((b) => b.textContent)"),
        "kinds": page.evaluate("[...document.querySelectorAll('.kind')].map((b) => b.textContent)"),
        "pixels": page.evaluate(PIXELS.replace("SELECTED", "canvas.heatmap")),
        "beside": page.locator(".beside").all_inner_texts(),
    }


@pytest.mark.parametrize(
    "address", ["#view=nothing&set=none&kinds=x&opacity=9&scale=q&image=who&sort=z", "#%E0%A4%A", "#="]
)
def test_an_address_of_nonsense_shows_the_first_image(opened, study, address):
    with opened(study, address) as page:
        assert page.locator("#name").inner_text() == study.ids[0]


@pytest.mark.parametrize("column", ["alignment", "deletion_20", "r_raters"])
@pytest.mark.parametrize("down", ["1", "0"])
def test_images_are_sorted_by_a_number(opened, study, column, down):
    from ais.artifacts import store

    state = {"set": "small", "sort": column, "of": "wide_one", "kind": "place", "down": down}
    with opened(study, at(**state)) as page:
        found = page.evaluate("[...document.querySelectorAll('.thumbnails bdi')].map((b) => b.textContent)")
    if column == "alignment":
        with store.opened(study.folder / "wide_one.importance.h5", "importance") as file:
            values = dict(zip(study.ids, file["images/baseline"][:], strict=True))
    else:
        table = study.numbers["wide_one"]
        values = table[table["kind"] == "place"].set_index("image")[column].to_dict()
    known = sorted((x for x in study.ids if not np.isnan(values[x])), key=lambda x: values[x], reverse=down == "1")
    assert found == known + [x for x in study.ids if np.isnan(values[x])]


def test_keys(opened, study):
    with opened(study, at(set="small")) as page:
        page.keyboard.press("ArrowLeft")
        assert page.locator("#name").inner_text() == study.ids[-1]
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        assert page.locator("#name").inner_text() == study.ids[1]
        kinds = page.locator(".network").first.locator(".kind")
        before = kinds.count()
        page.keyboard.press("1")
        assert kinds.count() == before - 1
        page.keyboard.press("/")
        page.keyboard.type("pl1")  # in a field, keys are letters
        assert page.locator("#filter").input_value() == "pl1" and kinds.count() == before - 1
        page.locator("#filter").fill("plain")
        assert page.locator(".thumbnail").count() == 1
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert width == "solid"


@pytest.mark.parametrize("width", [360, 390, 1024, 1440])
def test_no_view_is_wider_than_the_screen(opened, study, width):
    with opened(study, at(set="small"), width=width) as page:
        for view in VIEWS:
            page.locator(f"nav a[data-view={view}]").click()
            page.wait_for_selector(f"html[data-ready='{view},small']")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), view


def test_maps_are_ranked_and_shown_where_they_are_active(opened, study):
    network = study.networks["wide_one"]
    ranked = np.argsort(-network["score"], kind="stable")
    with opened(study, at(set="small", view="maps", network="wide_one")) as page:
        found = page.evaluate("[...document.querySelectorAll('a[data-map]')].map((a) => Number(a.dataset.map))")
        assert found == ranked[:100].tolist()
        page.locator(f"a[data-map='{ranked[1]}']").click()
        page.locator(".shown h3").get_by_text(f"Map {ranked[1]}", exact=True).wait_for()
        images = page.evaluate("[...document.querySelectorAll('.shown bdi')].map((b) => b.textContent)")
        strongest = np.argsort(-network["pooled"][:, ranked[1]], kind="stable")[:6]
        assert images == [study.ids[image] for image in strongest]
        assert (
            page.evaluate("[...document.querySelectorAll('.by-fold .dot.kept')].length") == network["times"][ranked[1]]
        )
        page.get_by_text("Numbers by fold").click()
        told = [line.split()[1:] for line in page.locator(".shown tbody tr").all_inner_texts()]
        ranks = [int(np.flatnonzero(row == ranked[1])[0]) + 1 for row in network["order"]]
        kept = network["kept"]
        assert told == [[str(r), str(n), "yes" if r <= n else "no"] for r, n in zip(ranks, kept, strict=True)]
        page.get_by_role("button", name="Show all 130").click()
        assert page.locator("a[data-map]").count() == 130
        page.locator("a[data-map='2']").click()
        page.get_by_text("It is silent in every image.").wait_for()


def test_curves_against_numpy(opened, study):
    with opened(study, at(set="small", view="maps", network="tiny")) as page:
        page.get_by_text("Numbers of this curve").click()
        told = page.locator(".curve tbody tr").all_inner_texts()
        drawn = page.locator(".curve path.test").get_attribute("d")
        levels = [float(text.replace("−", "-")) for text in page.locator(".curve .levels span").all_inner_texts()]
    means = [study.networks["tiny"][side].mean(axis=0) for side in ("test", "train")]
    wanted = [[str(kept + 1), *("–" if np.isnan(x[kept]) else f"{x[kept]:.3f}" for x in means)] for kept in range(7)]
    assert [line.split() for line in told] == wanted
    heights = [float(y) for _, y in re.findall(r"[ML]([\d.]+) ([-\d.]+)", drawn)]
    values = means[0][~np.isnan(means[0])]
    np.testing.assert_allclose(heights, 200 * (levels[-1] - values) / (levels[-1] - levels[0]), rtol=0, atol=0.051)


def test_the_summary_says_what_is_valid_and_nothing_that_is_not(opened, study):
    with opened(study, at(view="summary")) as page:
        text = page.locator("main").inner_text()
        rows = page.locator("tbody tr").all_inner_texts()
        beside = page.evaluate("""[...document.querySelectorAll('.track')].flatMap((track) => {
            const { left, right } = track.getBoundingClientRect();
            return [...track.querySelectorAll('.mark')].filter((mark) => {
                const at = mark.getBoundingClientRect();
                return at.left < left - 8 || at.right > right + 8;
            }).map((mark) => mark.className);
        })""")
    assert beside == []  # every mark is on the axis
    assert "5e-47" not in text and "31.4" not in text and "t_paper" not in text
    assert len(rows) == len(study.summary)
    for line in rows:
        assert ("flattered: beside the null only" in line) == ("paper" in line)
        assert ("−0.950 to 0.220" in line) == ("strict" in line)


def test_saliency_by_statistic(opened, study):
    with opened(study, at(set="small", view="saliency")) as page:
        assert page.locator("tbody tr").count() == 2 * 3 and page.locator("#statistic option").count() == 2
        page.select_option("#statistic", "CC")
        assert "correlation of both maps" in page.locator("main").inner_text()
        assert "statistic=CC" in page.evaluate("location.hash")


def test_tables_sort_and_stand_behind_each_picture(opened, study):
    with opened(study, at(set="small", image=study.ids[6], kinds="place")) as page:
        page.locator(".open").first.click()
        page.locator("dialog summary").click()
        cells = page.locator("dialog tbody td").all_inner_texts()
        assert len(cells) == 3 * 4
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        page.get_by_text("Numbers of these heatmaps").first.click()
        assert "deletion, 20 %" in page.locator(".network table").first.inner_text()
        page.locator("nav a[data-view=summary]").click()
        page.get_by_role("button", name="network").click()
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("network")
        assert "wide_one" in page.locator("tbody tr").first.inner_text()


def test_every_control_has_a_name(opened, study):
    unnamed = """[...document.querySelectorAll('button, a, input, select, [role=img], [role=region], summary')].filter(
        (e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.[0]?.textContent.trim() ||
          e.querySelector('[aria-label]'))).map((e) => e.outerHTML)"""
    with opened(study, at(set="small")) as page:
        for view in VIEWS:
            page.locator(f"nav a[data-view={view}]").click()
            page.wait_for_selector(f"html[data-ready='{view},small']")
            assert page.evaluate(unnamed) == []


def test_photographs_are_left_out_and_that_is_said(opened, bare):
    assert "data:image" not in (bare.results / "explorer/data/small.js").read_text()
    with opened(bare) as page:
        assert page.get_by_text("Photographs are left out of this page.").count() == 1
        assert page.evaluate("document.images.length") == 0


def test_a_set_whose_data_are_missing_is_told(opened, tmp_path):
    study = Small(tmp_path / "gone", photographs=False)
    (study.results / "explorer/data/small.js").unlink()
    with opened(study, complaints=1) as page:
        assert "data/small.js is missing" in page.locator("[role=alert]").inner_text()


def test_the_same_study_gives_the_same_bytes(bare, tmp_path):
    again = Small(tmp_path / "again", photographs=False)
    for name in ("index.html", "data/small.js"):
        one, other = (each.results / "explorer" / name for each in (bare, again))
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("width", [390, 1024, 1440])
@pytest.mark.parametrize("view", ["summary", "saliency"])
def test_axes_bear_round_numbers_that_do_not_overlap(opened, study, view, width):
    with opened(study, at(set="small", view=view), width=width) as page:
        axes = page.evaluate(
            """[...document.querySelectorAll(".axis .track")].map((axis) => [...axis.children].map(
                (tick) => ({ text: tick.textContent, ...tick.getBoundingClientRect().toJSON() })))"""
        )
    assert axes
    for ticks in axes:
        assert len(ticks) > 2
        assert len({len(tick["text"].partition(".")[2]) for tick in ticks}) == 1
        assert all(re.fullmatch(r"−?\d+(\.\d+)?", tick["text"]) for tick in ticks), ticks
        assert all(one["right"] < other["left"] for one, other in pairwise(ticks)), ticks
