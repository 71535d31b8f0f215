"""The explorer in a browser: what it draws, whom it names near, what it keeps in the address, what it never runs."""

import base64
from urllib.parse import urlencode

import numpy as np
import pytest
from browser.conftest import settle
from browser.small_explorer import BACKBONES, Small
from PIL import Image

from ais.engine.similarity import similarity_matrix
from ais.explorer import packing, photographs, saliency
from ais.heatmaps import overlays, pairs, shown
from ais.heatmaps.upsampling import at_image_size

ALL_KINDS = ",".join(shown.KINDS)
VIEWS = ("images", "summary", "maps", "saliency", "study")
# Typed arrays travel as text, a hundred times faster than as lists.
CANVASES = """(bytes) => [...document.querySelectorAll('SELECTED')].map((canvas) => {
    const { width, height } = canvas;
    const found = bytes(canvas);
    let text = '';
    for (let i = 0; i < found.length; i += 8192) text += String.fromCharCode(...found.subarray(i, i + 8192));
    return [width, height, btoa(text)];
})"""
VALUES = f"({CANVASES})((canvas) => new Uint8Array(canvas.values.buffer))"
PIXELS = f"({CANVASES})((c) => new Uint8Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer))"
KINDS = "figure .open canvas.heatmap"


def drawn(page, what, selected=KINDS):
    """The values (height, width), or pixels (height, width, 3), of what is selected, by itself the kinds of heatmap."""
    found = []
    for width, height, text in page.evaluate(what.replace("SELECTED", selected)):
        kind, shape = (np.float32, (height, width)) if what == VALUES else (np.uint8, (height, width, 4))
        found.append(np.frombuffer(base64.b64decode(text), kind).reshape(shape))
    return found if what == VALUES else [pixels[..., :3].astype(int) for pixels in found]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Small(tmp_path_factory.mktemp("explorer"), sets=("other", "small"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The same without photographs."""
    return Small(tmp_path_factory.mktemp("bare"), photographs=False)


def at(**state):
    return "#" + urlencode(state)


def expected(study, backbone, cells, image):
    """Cells (h, w) as ais.heatmaps draws them over the image's thumbnail."""
    network = study.networks[backbone]
    width, height = study.sizes[image]
    small = photographs.thumbnail(Image.new("RGB", (width, height)))
    window = network["window"][image] * np.array([small.width / width, small.height / height] * 2)
    return at_image_size(cells, network["grid"][image], window, small.size[::-1])


def shipped(cells):
    """Cells (h, w) as they arrive: of 255 levels."""
    return packing.restored(**packing.quantised(cells[None]))[0]


def assert_drawn(values, truth, cells):
    """What is drawn is what was shipped, and no further than half a level from the truth."""
    np.testing.assert_array_equal(np.isnan(values), np.isnan(truth))
    if not np.isnan(truth).all():
        assert np.nanmax(np.abs(values - truth)) <= (np.nanmax(cells) - np.nanmin(cells)) / 507


@pytest.mark.parametrize("image", range(7))
def test_drawn_values_are_those_of_at_image_size(opened, study, image):
    with opened(study, at(set="small", image=study.ids[image], kinds=ALL_KINDS)) as page:
        found = drawn(page, VALUES)
    combinations = [(backbone, kind) for backbone in BACKBONES for kind in shown.KINDS]
    for values, (backbone, kind) in zip(found, combinations, strict=True):
        cells = study.networks[backbone]["heatmaps"][kind][image]
        assert_drawn(values, expected(study, backbone, cells, image), cells)
        np.testing.assert_allclose(values, expected(study, backbone, shipped(cells), image), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("scale", overlays.SCALES)
@pytest.mark.parametrize("image", [0, 1, 3, 4])
def test_painted_pixels_are_those_of_overlays(opened, bare, image, scale):
    with opened(bare, at(image=bare.ids[image], kinds=ALL_KINDS, scale=scale)) as page:
        found = drawn(page, PIXELS)
    for pixels, (backbone, kind) in zip(found, [(b, k) for b in BACKBONES for k in shown.KINDS], strict=True):
        heatmaps, both_ways = bare.networks[backbone]["heatmaps"][kind], shown.KINDS[kind].both_ways
        truth = expected(bare, backbone, shipped(heatmaps[image]), image)
        colours = overlays.Scale.of(heatmaps if scale == "set" else heatmaps[image], both_ways)
        painted = overlays.overlay(np.full((*truth.shape, 3), 190, np.uint8), truth, colours)
        # A level on the edge between two of 256 colours may fall to either: next colours differ by some levels.
        assert np.abs(pixels - painted).max() <= 4
        assert np.mean(np.abs(pixels - painted) > 1) < 0.01


def test_jet_looks_as_published(opened, tmp_path):
    study = Small(tmp_path / "jet", photographs=False, colours="jet")
    with opened(study, at(image=study.ids[3], kinds="importance")) as page:
        pixels = drawn(page, PIXELS)[0]
    truth = expected(study, "tiny", shipped(study.networks["tiny"]["heatmaps"]["importance"][3]), 3)
    grey = np.full((*truth.shape, 3), 190, np.uint8)
    painted = overlays.overlay(grey, truth, overlays.Scale.of(truth, colours="jet"))
    assert np.mean(np.abs(pixels - painted) > 2) < 0.01


def test_without_opacity_the_grey_photograph_is_left(opened, study):
    with opened(study, at(set="small", image=study.ids[0], opacity=0, kinds="importance")) as page:
        pixels = drawn(page, PIXELS)[0]
    photograph = Image.open(study.folder / "images" / study.manifest["file"][0])
    assert np.abs(pixels - np.mean(photograph.getpixel((0, 0)))).max() <= 3


def plainly_nearest(similarities, image, number):
    """The plain loop: of the others, the most similar first, then the first."""
    others = [each for each in range(len(similarities)) if each != image and not np.isnan(similarities[image, each])]
    return sorted(others, key=lambda each: (-similarities[image, each], each))[:number]


@pytest.mark.parametrize("image", [0, 2, 6])
def test_nearest_images_by_people_by_all_and_by_retained_maps(opened, study, image):
    lists = """[...document.querySelectorAll('ol.nearest')].map((list) =>
        [...list.querySelectorAll('bdi')].map((name) => name.textContent))"""
    with opened(study, at(set="small", image=study.ids[image])) as page:
        found = page.evaluate(lists)
        nobody = page.get_by_text("None: no pair of this image is defined.").count()
    wanted = [plainly_nearest(study.human, image, 6)]
    for backbone in BACKBONES:
        network = study.networks[backbone]
        wanted.append(plainly_nearest(similarity_matrix(network["pooled"], "cosine"), image, 6))
        if network["retained"]:
            kept = network["pooled"][:, network["retained"]]
            wanted.append(plainly_nearest(similarity_matrix(kept, "cosine"), image, 6))
    assert [[study.ids.index(name) for name in names] for names in found] == [each for each in wanted if each]
    assert nobody == (image == 0)
    assert len(study.networks["tiny"]["retained"]) >= 3


@pytest.mark.parametrize("backbone", BACKBONES)
def test_the_cells_that_make_two_images_alike(opened, study, backbone):
    network, (image, other) = study.networks[backbone], (1, plainly_nearest(study.human, 1, 1)[0])
    at_both = {"set": "small", "image": study.ids[image], "beside": study.ids[other]}
    selected = f".beside[data-backbone={backbone}]"
    with opened(study, at(**at_both)) as page:
        found = drawn(page, VALUES, f"{selected} canvas")
        told = page.locator(selected).inner_text()
    own = {each: network["maps"][each][:, : network["grid"][each, 0]] for each in (image, other)}
    for values, (one, to) in zip(found, [(image, other), (other, image)], strict=True):
        cells = np.full(network["maps"].shape[2:], np.nan)
        cells[: network["grid"][one, 0]] = pairs.shares(own[one], own[to])
        assert_drawn(values, expected(study, backbone, cells, one), cells)
    assert f"Similarity {similarity_matrix(network['pooled'], 'cosine')[image, other]:.2f} by all maps" in told


def test_a_pair_is_chosen_and_left_again(opened, study):
    with opened(study, at(set="small", image=study.ids[2])) as page:
        button = page.locator(".people .seen").first
        button.click()
        assert page.locator(".beside canvas").count() == 2 * len(BACKBONES)
        assert button.get_attribute("aria-pressed") == "true" and button.evaluate("(b) => b === document.activeElement")
        button.click()
        assert page.locator(".beside canvas").count() == 0
        button.click()
        page.keyboard.press("ArrowRight")
        assert page.locator(".beside canvas").count() == 0
    with opened(study, at(set="small", image=study.ids[2], beside=study.ids[2])) as page:
        assert page.locator(".beside").all_inner_texts() == ["", ""]


def test_the_maps_that_make_most_of_a_heatmap(opened, study):
    with opened(study, at(set="small", image=study.ids[3], leading=1)) as page:
        found = drawn(page, VALUES, ".leading canvas")
        told = page.evaluate(
            "[...document.querySelectorAll('.leading figcaption')].map((c) => c.innerText.split('\\n'))"
        )
    place = 0
    for backbone in BACKBONES:
        network = study.networks[backbone]
        part = np.maximum(network["judging"][3], 0) * network["pooled"][3]
        for k in sorted(np.flatnonzero(part > 0), key=lambda k: (-part[k], k))[:10]:
            cells = network["maps"][3, k]
            assert_drawn(found[place], expected(study, backbone, cells, 3), cells)
            share = part[k] / part.sum()
            assert told[place][:2] == [f"map {k}", f"{round(100 * share) if share >= 0.005 else '< 1'} % of it"]
            assert told[place][2] == f"AIS {network['judging'][3, k]:.4f}" and told[place][3].startswith("q ")
            place += 1
    assert place == len(found) > 10


def test_the_contour_of_what_is_most_salient(opened, study):
    image = 3
    small = saliency.small(study.saliency[image])
    width, height = photographs.thumbnail(Image.new("RGB", tuple(study.sizes[image]))).size
    values = at_image_size(shipped(small), small.shape, np.array([0, 0, width, height]), (height, width))
    inside = values >= np.quantile(values, 0.8)
    near = np.lib.stride_tricks.sliding_window_view(np.pad(inside, 1, mode="edge"), (3, 3))
    edge = near.any(axis=(2, 3)) & ~near.all(axis=(2, 3))
    wanted = np.where(edge, np.where(inside, 255, 20), -1)
    with opened(study, at(set="small", image=study.ids[image], kinds="place", contour="maps 20", opacity=0)) as page:
        found = drawn(page, PIXELS)[0][..., 0]
    grey = np.bincount(found[~edge]).argmax()
    assert edge.any() and np.mean(np.where(edge, found == wanted, abs(found - grey) < 12)) > 0.99
    with opened(study, at(set="small", image=study.ids[0], kinds="place", contour="maps 20")) as page:
        assert page.locator("#contour").input_value() == "maps 20"  # this image has none


def test_a_click_on_a_near_image_goes_there_and_back_comes_back(opened, study):
    with opened(study, at(set="small", image=study.ids[2])) as page:
        page.locator("ol.nearest button").first.click()
        (first, *_) = plainly_nearest(study.human, 2, 1)
        assert page.locator("#name").inner_text() == study.ids[first]
        assert page.evaluate("document.activeElement.id") == "name"
        page.go_back()
        page.wait_for_function(f"document.getElementById('name').textContent === {study.ids[2]!r}")


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
        assert page.locator(".curve path.test").get_attribute("d").startswith("M")
    means = [study.networks["tiny"][side].mean(axis=0) for side in ("test", "train")]
    wanted = [[str(kept + 1), *("–" if np.isnan(x[kept]) else f"{x[kept]:.3f}" for x in means)] for kept in range(7)]
    assert [line.split() for line in told] == wanted


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


def test_the_first_view_is_quick_and_the_next_image_quicker(opened, study):
    first, following = [], []
    for _ in range(3):
        with opened(study, at(set="small")) as page:
            first.append(page.evaluate("performance.getEntriesByName('ready')[0].startTime"))
            started = page.evaluate("performance.now()")
            page.keyboard.press("ArrowRight")
            settle(page)
            following.append(page.evaluate("performance.now()") - started)
    assert min(first) < 1000 and min(following) < 300
