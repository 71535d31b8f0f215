"""The explorer's photographs: small, and as the network saw the pictures."""

import base64
import io
from argparse import Namespace

import numpy as np
import pytest
from PIL import Image

from ais.explorer import photographs
from ais.stimuli import manifests
from explorer import pack_set


def opened(uri):
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


def test_transparent_and_deep_pictures_are_shown_as_they_are_read_elsewhere(tmp_path):
    """On the set's background, and by the set's white: of twelve bits here, two thirds of it."""
    grey = np.full((40, 60), 90, np.uint8)
    for name, colour in (("ant", 90), ("bee", 0)):
        shown = Image.merge("LA", [Image.fromarray(grey * 0 + colour), Image.fromarray(grey * 0)])
        shown.save(tmp_path / f"{name}.png")
    for name in ("cat", "dog"):
        Image.fromarray(np.full((40, 60), 2730, np.uint16)).save(tmp_path / f"{name}.png")
    manifests.write_manifest(tmp_path / "set.tsv", manifests.scan(tmp_path, transparency="#40c080"))
    manifest = manifests.read_manifest(tmp_path / "set.tsv")
    found = [opened(uri) for uri in pack_set.photographs_of(Namespace(images=tmp_path), manifest)]
    assert [each.size for each in found] == [(60, 40)] * 4
    means = [np.asarray(each.convert("RGB")).mean(axis=(0, 1)) for each in found]
    assert means[:2] == [pytest.approx([0x40, 0xC0, 0x80], abs=4)] * 2
    assert means[2:] == [pytest.approx([170] * 3, abs=4)] * 2


def test_only_larger_ones_are_scaled():
    assert photographs.thumbnail(Image.new("RGB", (1024, 300))).size == (256, 75)
    assert photographs.thumbnail(Image.new("L", (200, 30))).size == (200, 30)
