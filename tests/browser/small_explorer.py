"""An explorer of a seeded study without networks: few images, with all that makes drawing and naming hard."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ais.artifacts import store
from ais.heatmaps import kinds, shown
from ais.stimuli import manifests
from explorer import pack_set, write_page

# Names as no page would like them: they must be shown, and never run.
NAMES = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=2",
    "\"quoted\" & 'so'",
    "${window.hacked=3}",
    "`tick` \\u003c",
    "emoji 🦒👩🔬",
    "עברית (1)",
    "مرحبا <b>",
    "a,b#c=d&e",
    "日本",
    "a very long name " * 5 + "end",
    "plain",
]
BACKBONES = ("tiny", "wide_one")
SHAPES = {"tiny": (3, 4), "wide_one": (5, 5)}
MAPS = {"tiny": 7, "wide_one": 130}
MEASURE = "cosine-spearman"
PERCENTS = ("10", "20", "30")


class Small:
    """The study's arrays, and the folder of its page."""

    names, backbones, shapes, maps, folds, analyses = NAMES, BACKBONES, SHAPES, MAPS, 4, ("strict",)

    def __init__(self, folder: Path, photographs: bool = True, colours: str = "viridis", sets=("small",)):
        self.folder, self.results = folder, folder / "results"
        self.random = np.random.default_rng(7)
        self.pictures()
        self.judgments()
        self.networks = {name: self.network(name) for name in self.backbones}
        self.looked_at()
        for name in sets:
            self.pack(name, photographs)
        self.page(photographs, colours, sets)

    @property
    def address(self) -> str:
        return (self.results / "explorer/index.html").as_uri()

    def pictures(self) -> None:
        (self.folder / "images").mkdir(parents=True)
        for place, name in enumerate(self.names):
            width, height = (60, 45) if place % 3 else (300, 520)
            colour = tuple(int(x) for x in self.random.integers(0, 256, 3))
            Image.new("RGB", (width, height), colour).save(self.folder / "images" / f"{name[:60]}.png")
        self.manifest = manifests.scan(self.folder / "images")
        manifests.write_manifest(self.folder / "manifest.tsv", self.manifest)
        self.ids = self.manifest["image"].tolist()
        self.sizes = self.manifest[["width", "height"]].to_numpy()

    def judgments(self) -> None:
        images = len(self.ids)
        human = self.random.integers(0, 5, (images, images)) / 4.0  # ties
        human = np.triu(human, 1) + np.triu(human, 1).T
        human[0, 1:] = human[1:, 0] = np.nan  # nobody judged the first
        human[2, 5] = human[5, 2] = np.nan
        np.fill_diagonal(human, 1.0)
        self.human = human
        with store.create(self.folder / "judgments.h5", "judgments", self.ids) as file:
            store.write_array(file, "similarity", human)

    def network(self, name: str) -> dict:
        """The arrays of a network and a measure, written as the stages write them."""
        images, (h, w), maps = len(self.ids), self.shapes[name], self.maps[name]
        grid = np.tile([h, w], (images, 1))
        grid[1] = h - 1, w  # padding
        window = np.stack([np.zeros(images), np.zeros(images), *self.sizes.T], axis=1).astype(np.float64)
        window[2] = [3.25, 0, self.sizes[2, 0] - 3.25, self.sizes[2, 1]]  # a crop
        cells = self.activity(images, maps, h, w)
        cells[:, 2] = 0  # a dead map
        cells[1, :, h - 1] = 0
        pooled = np.stack([own[:, :a].mean(axis=(1, 2)) for own, (a, _) in zip(cells, grid, strict=True)])
        score = self.random.normal(size=maps) / 50
        score[2] = 0
        found = {"grid": grid, "window": window, "pooled": pooled, "maps": cells, "score": score}
        with store.create(
            self.folder / f"{name}.features.h5",
            "features",
            self.ids,
            attributes={"architecture": "timm/<b>x</b>", "layer": "last", "readout": "pooled", "preprocessing": "{}"}
            | {"weights_digest": "0" * 64},
        ) as file:
            for part in ("maps", "pooled", "grid", "window"):
                store.write_array(file, part, found[part].astype(np.float32) if part == "maps" else found[part])
        store.write_text(self.folder / f"{name}.weights.sha256", f"{'0' * 64}  x\n")
        with store.create(self.folder / f"{name}.importance.h5", "importance", self.ids) as file:
            store.write_array(file, "set/score", score)
            store.write_array(file, "set/baseline", np.array(0.5))
            store.write_array(file, "images/baseline", self.random.uniform(-1, 1, images))
            found["judging"] = self.random.normal(size=(images, maps)) / 50
            store.write_array(file, "images/score", found["judging"])
        found["heatmaps"] = self.heatmaps(name, grid, window)
        self.tables(name, maps, score)
        order = np.array([self.random.permutation(maps) for _ in range(self.folds)])
        kept = np.resize([3, 4, 5, 4], self.folds)
        if name == "tiny":
            order[:3] = [5, 0, 3, 1, 2, 4, 6]  # so that three maps are kept in most folds
        prefixes = [set(row[:n].tolist()) for row, n in zip(order, kept, strict=True)]
        times = [sum(k in prefix for prefix in prefixes) for k in range(maps)]
        found["retained"] = [k for k in range(maps) if 2 * times[k] > self.folds]
        found |= {"order": order, "kept": kept, "times": times}
        with store.create(self.folder / f"{name}.pruning.h5", "pruning", self.ids) as file:
            store.write_array(file, "order", order)
            store.write_array(file, "prefixes", np.arange(1, maps + 1))
            for side in ("train", "test"):
                found[side] = self.random.uniform(0, 1, order.shape)
                found[side][:, 0] = np.nan
                store.write_array(file, side, found[side])
        store.write_table(self.folder / f"{name}.pruning.tsv", pd.DataFrame({"n_retained": kept}))
        return found

    def activity(self, *shape: int) -> np.ndarray:
        return np.maximum(self.random.normal(size=shape), 0)

    def heatmaps(self, name: str, grid, window) -> dict[str, np.ndarray]:
        images, (h, w) = len(self.ids), self.shapes[name]
        found = {}
        for kind in kinds.ALL:
            values = self.random.normal(size=(images, h, w)) * 10.0 ** self.random.integers(-6, 4, (images, 1, 1))
            title = kind.split("/")[0]
            values = values if shown.KINDS[title].both_ways else np.abs(values)
            values[3, 1, 2] = np.nan  # one silent cell
            values[4] = np.nan  # undefined
            values[5] = 0.25  # flat
            found[kind] = values.astype(np.float32)
        with store.create(self.folder / f"{name}.heatmaps.h5", "heatmaps", self.ids) as file:
            for part, array in (found | {"grid": grid, "window": window}).items():
                store.write_array(file, part, array)
        with store.opened(self.folder / f"{name}.heatmaps.h5", "heatmaps") as file:
            return {kind: shown.numbers_of(kind, "images", file) for kind in shown.KINDS}

    def looked_at(self) -> None:
        """Saliency of all images but the first."""
        self.saliency = {}
        with store.create(self.folder / "saliency.h5", "saliency", self.ids) as file:
            for image, (width, height) in enumerate(self.sizes[1:], 1):
                self.saliency[image] = self.random.random((height, width)).astype(np.float32)
                store.write_array(file, f"maps/{image:04d}", self.saliency[image])
            store.write_array(file, "present", np.arange(len(self.ids)) > 0)

    def tables(self, name: str, maps: int, score) -> None:
        rows = [{"image": image, "kind": kind, "undefined": 0} for image in self.ids for kind in kinds.ALL]
        table = pd.DataFrame(rows)
        names = ["r_activation", "specificity", "r_permuted", "r_partners", "r_raters"]
        for column in [*names, *(f"{way}_{percent}" for way in ("deletion", "insertion") for percent in PERCENTS)]:
            table[column] = self.random.uniform(-1, 1, len(table))
        table["r_raters"] = np.nan
        table.loc[table["image"] == self.ids[4], "deletion_20"] = np.nan
        store.write_table(self.folder / f"{name}.heatmaps.tsv", table)
        self.numbers = {**getattr(self, "numbers", {}), name: table}
        q = self.random.uniform(0, 0.2, maps)
        inferred = {"map": range(maps), "importance": score, "p": q, "q": q, "p_max": q, "low": score - 0.01}
        inferred |= {"high": score + 0.01, "q_new_images": q, "selection_frequency": q, "shapley": score}
        store.write_table(self.folder / f"{name}.maps.tsv", pd.DataFrame(inferred))

    def pack(self, name: str, photographs: bool) -> None:
        def of_each(ending):
            return [str(self.folder / f"{backbone}.{ending}") for backbone in self.backbones]

        about = [f"{backbone}/{MEASURE}" for backbone in self.backbones]
        command = ["--stimuli", name, "--manifest", str(self.folder / "manifest.tsv")]
        command += ["--images", str(self.folder / "images")] if photographs else []
        command += ["--judgments", str(self.folder / "judgments.h5"), "--comparisons", *about]
        for option, ending in {
            "features": "features.h5",
            "weights": "weights.safetensors",
            "importance": "importance.h5",
            "heatmaps": "heatmaps.h5",
            "heatmap-tables": "heatmaps.tsv",
            "map-tables": "maps.tsv",
        }.items():
            command += [f"--{option}", *of_each(ending)]
        for option, ending in {"pruning": "pruning.h5", "pruning-tables": "pruning.tsv"}.items():
            command += [f"--{option}", *(of_each(ending) * len(self.analyses))]
        command += ["--maps-of", *about]
        command += ["--pruning-of", *(f"{each}/{analysis}" for analysis in self.analyses for each in about)]
        command += ["--saliency", str(self.folder / "saliency.h5"), "--saliency-of", "maps"]
        command += ["--output", str(self.results / f"explorer/data/{name}.js")]
        pack_set.main(pack_set.parser().parse_args(command))

    def page(self, photographs: bool, colours: str, sets) -> None:
        study = {
            "stimuli": {name: {"images": "</script><script>window.hacked=4</script>"} for name in sets},
            "backbones": {},
            "analyses": {"strict": {"split": "images"}, "paper": {"split": "pairs"}},
            "explorer": {"images": photographs},
            "heatmaps": {"kinds": list(shown.DEFAULT), "scale": "set", "colours": colours},
            "heatmap_scores": "images",
        }
        self.summary = pd.DataFrame(
            [
                row(name, backbone, split, self.maps[backbone])
                for name in sets
                for backbone in self.backbones
                for split in ("images", "pairs")
            ]
        )
        store.write_table(self.folder / "summary.tsv", self.summary)
        told = [{"stimuli": name, "backbone": "tiny", "measure": MEASURE, "kind": "importance/images"} for name in sets]
        heatmaps = pd.DataFrame(told).assign(warnings="nearly the <b>plain</b> activation")
        store.write_table(self.folder / "heatmaps.tsv", heatmaps)
        saliency = pd.DataFrame(
            [r for name in sets for backbone in self.backbones for r in rows_of_saliency(name, backbone)]
        )
        store.write_table(self.folder / "saliency.tsv", saliency)
        command = ["--study", json.dumps(study), "--summary", str(self.folder / "summary.tsv")]
        command += ["--heatmap-summary", str(self.folder / "heatmaps.tsv")]
        command += ["--saliency-summary", str(self.folder / "saliency.tsv")]
        command += ["--output", str(self.results / "explorer/index.html")]
        write_page.main(write_page.parser().parse_args(command))


def row(stimuli: str, backbone: str, split: str, maps: int) -> dict:
    images = split == "images"
    found = {"stimuli": stimuli, "backbone": backbone, "analysis": "strict" if images else "paper", "split": split}
    found |= {"similarity": "cosine", "alignment": "spearman", "images": 12, "pairs_judged": 54}
    found |= {"maps": maps, "folds": 40, "seeds": 8, "folds_undefined": 0, "n_retained": 3.0}
    found |= {"full": 0.35, "retained": 0.5, "gain": 0.15}
    found |= {"gain_low": -0.95, "gain_high": 0.22} if images else {"t_paper": 31.4, "p_paper": 5e-47}
    found |= {"p_gain": 0.005, "matched_gain": -0.04, "matched_low": -0.07, "matched_high": -0.01}
    return found | {"permutations": 200, "ceiling_another_panel": 0.9, "ceiling_noise_free_model": 0.95}


def rows_of_saliency(stimuli: str, backbone: str) -> list[dict]:
    about = {"stimuli": stimuli, "backbone": backbone, "measure": MEASURE, "source": "maps"}
    found = []
    for kind in ("importance/images", "place", "centre"):
        for statistic, saliency, heatmap in (("precision", 10, 10), ("precision", 5, 10), ("CC", None, None)):
            at = {"kind": kind, "statistic": statistic, "saliency_percent": saliency, "heatmap_percent": heatmap}
            numbers = {"images": 12, "value": 0.2, "chance": 0.1, "on_grid": 0.2, "shuffled": 0.15, "p_shuffled": 0.03}
            found.append(about | at | numbers | {f"minus_activation{end}": 0.01 for end in ("", "_low", "_high")})
    return found
