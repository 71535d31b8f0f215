"""Each known architecture, untrained, through the whole chain: some of the demo's images in, sheets of heatmaps out.

What no architecture changes (inference, pairs, figures, explorer, report) is left to the tests of the small study.
"""

import h5py
import numpy as np
import pandas as pd
import pytest
from architectures import ARCHITECTURES
from workflow import small_study
from workflow.conftest import Workflow

from demo import make_demo

# Where the network runs again for each masked map, all steps take as long as there are images.
IMAGES = 8


@pytest.mark.long
def test_every_architecture_runs_the_whole_chain(tmp_path):
    make_demo.main(make_demo.parser().parse_args(["--output", str(tmp_path / "demo")]))
    images = sorted((tmp_path / "demo/images").iterdir())
    for path in images[IMAGES:]:
        path.unlink()
    small_study.write_ratings(tmp_path, [path.stem for path in images[:IMAGES]])
    names = {each.name.replace("/", "-"): each for each in ARCHITECTURES}
    study = {
        "stimuli": {"few": {"images": "demo/images", "judgments": "ratings.csv"}},
        "backbones": {
            name: {
                "architecture": each.name,
                "weights": "random",
                # The demo's images are of a fixed side: whatever the network takes, they are brought to it.
                "preprocessing": {"base": "weights", "resize": side, "crop": side},
                "readout": readout_of(each),
            }
            for name, each in names.items()
            for side in [side_of(each)]
        },
        "analyses": {"paper": {"split": "pairs", "prefixes": 16}},
        "folds": {"number": 2, "seeds": [1]},
        "permutations": 0,
    }
    small_study.write_study(tmp_path, study)
    workflow = Workflow(tmp_path)
    sheets = [f"results/heatmaps/few/{name}/cosine-spearman.jpg" for name in names]
    workflow.succeeds("results/pruning/summary.tsv", *sheets, "--configfile", "mine.yaml")
    summary = pd.read_csv(tmp_path / "results/pruning/summary.tsv", sep="\t").set_index("backbone")
    assert set(summary.index) == set(names)
    assert summary[["full", "retained"]].notna().all(axis=None)
    for name, each in names.items():
        with h5py.File(tmp_path / f"results/features/few/{name}.h5") as file:
            assert (file.attrs["layer"], file["maps"].shape) == (each.layer, (IMAGES, *each.maps))
            assert np.isfinite(file["entropy"][:]).all()
    assert all((tmp_path / sheet).is_file() for sheet in sheets)


def readout_of(each) -> str:
    """The network's own, but for a large one of whose family a small one is there: it would run for each map anew."""
    large = ("timm/vgg11", "torchvision/convnext_tiny")
    return "network" if each.own == "network" and each.name not in large else "auto"


def side_of(each) -> int:
    """The side of the images that give maps of the size in the table."""
    return {"torchvision/inception_v3": 299, "timm/inception_v3": 299, "timm/resnet10t": 176}.get(
        each.name, 256 if "256" in each.name else 224
    )
