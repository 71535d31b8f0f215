"""An explorer of the paper's size, of seeded numbers: 6 sets of 120 photographs × 8 networks × 2 analyses."""

import json
from pathlib import Path
from types import MappingProxyType

import numpy as np
from browser.small_explorer import Small
from PIL import Image

from ais.explorer import packing
from ais.stimuli import manifests

SETS = ("animals", "automobiles", "fruits", "furniture", "various", "vegetables")
# VGG's two networks have their readout fully connected, and so no pair heatmaps; the other six are pooled.
KINDS = {"vgg": 2, "pooled": 6}


class PaperSize(Small):
    """One set, with a network of each kind: all others are as large."""

    names = tuple(f"photograph {number:03d}" for number in range(120))
    backbones = tuple(KINDS)
    shapes = MappingProxyType({"vgg": (14, 14), "pooled": (7, 7)})
    maps = MappingProxyType({"vgg": 512, "pooled": 2048})
    folds, analyses = 40, ("strict", "paper")

    def pictures(self) -> None:
        (self.folder / "images").mkdir(parents=True)
        some = [photograph(self.random) for _ in range(12)]
        for place, name in enumerate(self.names):
            some[place % 12].rotate(90 * (place // 12)).save(self.folder / "images" / f"{name}.jpg", quality=95)
        self.manifest = manifests.scan(self.folder / "images")
        manifests.write_manifest(self.folder / "manifest.tsv", self.manifest)
        self.ids = self.manifest["image"].tolist()
        self.sizes = self.manifest[["width", "height"]].to_numpy()

    def activity(self, images: int, maps: int, h: int, w: int) -> np.ndarray:
        """Few maps over and over: the page's size is the same, and files are written faster."""
        return np.tile(super().activity(images, 16, h, w).astype(np.float32), (1, maps // 16, 1, 1))

    def content(self) -> dict:
        """What the page is given of a set, with all eight networks."""
        written = (self.results / "explorer/data/one.js").read_text(encoding="ascii")
        content = json.loads(written.split("] = ", 1)[1].removesuffix(";\n"))
        vgg, pooled = content["comparisons"]
        vgg["pairs"] = None
        copies = [(one, f"{one['backbone']}{copy}") for one, kind in ((vgg, "vgg"), (pooled, "pooled")) for copy in
                  range(KINDS[kind])]  # fmt: skip
        return content | {"comparisons": [one | {"backbone": name} for one, name in copies]}


class Page(PaperSize):
    """The page of all sets, whose data are copies of the one that was packed."""

    backbones = tuple(f"{kind}{copy}" for kind, number in KINDS.items() for copy in range(number))
    maps = MappingProxyType({name: PaperSize.maps[name[:-1]] for name in backbones})

    def __init__(self, one: PaperSize):
        self.folder, self.results = one.folder, one.results
        content = one.content()
        (self.results / "explorer/data/one.js").unlink()
        for name in SETS:
            path = self.results / f"explorer/data/{name}.js"
            path.write_text(packing.script(name, content), encoding="ascii")
        self.page(True, "viridis", SETS)


def paper_size(folder: Path) -> Page:
    """Write the explorer below a folder."""
    return Page(PaperSize(folder, sets=("one",)))


def photograph(random: np.random.Generator, side: int = 300) -> Image.Image:
    """Noise whose spectrum falls as natural photographs' does, in colours: as large in a file as they are."""
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    frequency[0, 0] = np.inf

    def noise(fall: float) -> np.ndarray:
        found = np.fft.irfft2(np.fft.rfft2(random.normal(size=(side, side))) / frequency**fall, s=(side, side))
        return found / found.std()

    light = noise(FALL)
    colours = np.stack([light + 0.3 * noise(FALL + 0.3) for _ in range(3)], axis=2)
    return Image.fromarray(np.clip(128 + 45 * colours, 0, 255).astype(np.uint8))


FALL = 1.4  # of the amplitude with frequency
