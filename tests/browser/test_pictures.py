"""What the explorer draws, and whom it names near: as the library draws it, and as a plain loop finds them."""

import numpy as np
import pytest
from browser.canvases import PIXELS, VALUES, drawn
from browser.conftest import at
from browser.small_explorer import BACKBONES, Small
from PIL import Image

from ais.engine.similarity import similarity_matrix
from ais.explorer import packing, photographs, saliency
from ais.heatmaps import overlays, pairs, shown
from ais.heatmaps.upsampling import at_image_size

ALL_KINDS = ",".join(shown.KINDS)


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
