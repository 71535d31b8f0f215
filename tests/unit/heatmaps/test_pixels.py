"""Hot places in the picture: by hand, and through the whole chain against plain torch."""

import json
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from scipy import stats
from unit import plain_loop
from workflow import small_study

from ais.artifacts import store
from ais.backbones import extraction, layers, networks, weights
from ais.backbones.preprocessing import PAPER, apply
from ais.heatmaps import faithfulness, partners, pixels
from features import extract_features, freeze_weights
from heatmaps import compute_heatmaps, measure_faithfulness
from importance import score_maps
from stimuli import list_stimuli, read_judgments


def test_filled_with_the_mean():
    picture = np.arange(24, dtype=np.float32).reshape(3, 2, 4)
    filling = pixels.filling(picture, "mean")
    assert filling.dtype == np.float32
    assert (filling == np.array([3.5, 11.5, 19.5])[:, None, None]).all()


def test_blurred():
    """A step becomes a Gaussian's integral, and what is the same everywhere stays."""
    step = np.repeat(np.arange(200) >= 100, 200).reshape(1, 200, 200).repeat(3, axis=0).transpose(0, 2, 1)
    filling = pixels.filling(step.astype(np.float32), "blur")
    x = np.arange(60, 140)
    np.testing.assert_allclose(filling[1, 50, x], stats.norm.cdf(x - 99.5, scale=10), atol=1e-3)
    assert (pixels.filling(np.ones((3, 9, 9), np.float32), "blur") == 1).all()


def test_a_heatmap_at_the_pictures_size():
    found = pixels.at_pixels(np.array([0.0, 4]), (1, 2), (3, 4)).reshape(3, 4)
    assert found.tolist() == [[0, 1, 3, 4]] * 3
    assert pixels.at_pixels(np.array([np.nan, 4, 1]), (1, 3), (1, 3)).tolist() == [1, 4, 1]
    assert np.isnan(pixels.at_pixels(np.full(4, np.nan), (2, 2), (5, 5))).all()


def test_what_is_kept():
    picture, fill = np.ones((3, 2, 2)), np.zeros((3, 2, 2))
    kept = pixels.kept(picture, fill, np.array([True, False, False, True]))
    assert kept.tolist() == [[[1, 0], [0, 1]]] * 3


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The small study's scripts one after the other, as far as the table with pixels."""
    folder = tmp_path_factory.mktemp("pixels")
    small_study.write(folder)

    def run(module, output, **options):
        arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
        module.main(module.parser().parse_args([*arguments, "--output", str(folder / output)]))
        return folder / output

    manifest = run(list_stimuli, "m.tsv", images=folder / "images")
    judgments = run(read_judgments, "j.h5", manifest=manifest, judgments=folder / "ratings.csv")
    tiny = {"architecture": "timm/test_resnet", "classes": 5}
    frozen = run(freeze_weights, "w.safetensors", weights=folder / "network.safetensors", **tiny)
    how = json.dumps({"base": "paper", "resize": 64})
    seen = {"images": folder / "images", "manifest": manifest}
    features = run(extract_features, "f.h5", weights=frozen, preprocessing=how, **seen, **tiny)
    made_from = {"features": features, "judgments": judgments}
    scores = run(score_maps, "i.h5", **made_from)
    heatmaps = run(compute_heatmaps, "h.h5", importance=scores, **made_from)
    tables = {
        name: run(
            measure_faithfulness, f"{name}.tsv", heatmaps=heatmaps, weights=frozen, halves=2, pixels="mean",
            threads=threads, **made_from, **seen,
        )
        for name, threads in (("one", 1), ("two", 2))
    }  # fmt: skip
    return folder, tables


def test_threads_change_not_a_bit(measured):
    _, tables = measured
    assert tables["one"].read_bytes() == tables["two"].read_bytes()


def test_activation_in_pixels_against_plain_torch(measured):
    folder, tables = measured
    table = pd.read_csv(tables["one"], sep="\t").query("kind == 'activation'").set_index("image")
    assert "torch" in sys.modules
    with store.opened(folder / "f.h5", "features") as file:
        ids, layer = store.read_ids(file), file.attrs["layer"]
        maps, grid, embedding = file["maps"][:], file["grid"][:], file["embedding"][:].astype(float)
    with store.opened(folder / "j.h5", "judgments") as file:
        human = file["similarity"][:]
    network = networks.build("timm/test_resnet", 5)
    weights.load(network, folder / "w.safetensors")
    making = partners.halves(~np.isnan(human), 2, seed=1)
    for image in (0, 7):
        h, w = grid[image]
        heatmap = maps[image, :, :h, :w].mean(axis=0)
        picture, _ = apply(Image.open(folder / "images" / f"{ids[image]}.png"), PAPER.changed({"resize": 64}))
        large = torch.nn.functional.interpolate(
            torch.from_numpy(heatmap)[None, None], size=picture.shape[1:], mode="bilinear"
        )[0, 0]
        hot = torch.from_numpy(faithfulness.hottest(large.numpy().ravel(), 20).reshape(large.shape))
        mean = picture.mean(dim=(1, 2), keepdim=True).expand_as(picture)
        pictures = picture, torch.where(hot, mean, picture), torch.where(hot, picture, mean)
        with extraction.exact(), torch.inference_mode(), layers.capturing(network, layer) as caught:
            network(torch.stack(pictures))
            own = caught.pooled.numpy().astype(float)
        drops = []
        for half in making:
            judges = np.flatnonzero(~half[image] & (np.arange(12) != image))
            rho = []
            for vector in own:
                both = np.vstack([vector, embedding[judges]])
                s = plain_loop.similarity(both, "cosine", np.zeros(judges.size, int), np.arange(1, judges.size + 1))
                rho.append(plain_loop.alignment(s, human[image, judges], "spearman"))
            drops.append([rho[0] - rho[1], rho[0] - rho[2]])
        found = table.loc[ids[image], ["deletion_pixels_20", "insertion_pixels_20"]].tolist()
        assert found == pytest.approx(np.mean(drops, axis=0), abs=1e-6)
