"""Features: the network's own maps and embeddings, in the images' order, whatever their shapes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats

from ais.backbones import extraction, layers, networks, preprocessing, readouts
from ais.engine import loading
from ais.errors import InputError
from ais.heatmaps import upsampling, weighting
from ais.stimuli.folds import pairs_of
from features import extract_features

SHAPES = [(64, 64), (64, 96), (64, 64), (96, 64), (64, 96), (64, 64)]
IDS = [f"image{number}" for number in range(len(SHAPES))]


@pytest.fixture(scope="module")
def images():
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(3, *shape, generator=generator) for shape in SHAPES]


def extract(network, layer, readout, images, batch_size=4, threads=1):
    batches = extraction.batches_by_shape([tuple(image.shape[1:]) for image in images], batch_size)
    rows = {}
    for batch in extraction.extract(
        network, layer, readout, lambda n: (images[n], (0, 0, 1, 1)), batches, IDS, threads
    ):
        for row, number in enumerate(batch.numbers):
            rows[number] = (batch.maps[row], batch.pooled[row], batch.embedding[row], batch.softmax[row])
    assert sorted(rows) == list(range(len(images)))
    return [rows[number] for number in range(len(images))]


@pytest.fixture(scope="module")
def resnet():
    torch.manual_seed(0)
    return networks.build("torchvision/resnet18", 5)


def test_maps_embedding_and_softmax_are_the_networks_own(resnet, images):
    for image, (maps, pooled, embedding, softmax) in zip(
        images, extract(resnet, "layer4", "pooled", images), strict=True
    ):
        with torch.inference_mode(), layers.capturing(resnet, "avgpool") as own:
            output = resnet(image[None])
        assert pooled == pytest.approx(own.maps.flatten().numpy(), rel=1e-4, abs=1e-5)
        assert embedding.tolist() == pooled.tolist()
        assert maps.mean(axis=(1, 2)) == pytest.approx(pooled, rel=1e-5, abs=1e-6)
        assert softmax == pytest.approx(output.softmax(1)[0].numpy(), abs=1e-6)


def test_entropy_is_of_the_softmax_and_neither_is_there_without_a_head(resnet, images):
    batches = [[0, 2, 5]]
    (batch,) = extraction.extract(resnet, "layer4", "pooled", lambda n: (images[n], (0, 0, 1, 1)), batches, IDS)
    assert batch.entropy == pytest.approx(stats.entropy(batch.softmax.astype(float), axis=1), abs=1e-5)
    headless = networks.build("torchvision/resnet18", 0)
    (batch,) = extraction.extract(
        headless, "layer4", "pooled", lambda n: (images[n], (0, 0, 1, 1)), batches, IDS, has_head=False
    )
    assert batch.softmax is None and batch.entropy is None


@pytest.mark.parametrize("batch_size", [1, 2, 6])
def test_the_batch_size_does_not_matter(resnet, images, batch_size):
    expected = extract(resnet, "layer4", "pooled", images, 3)
    for one, other in zip(extract(resnet, "layer4", "pooled", images, batch_size), expected, strict=True):
        assert one[0] == pytest.approx(other[0], rel=1e-4, abs=1e-5 * float(np.abs(other[0]).max()))


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_not_a_bit(resnet, images, threads):
    with extraction.exact():
        expected = extract(resnet, "layer4", "pooled", images, 1)
        found = extract(resnet, "layer4", "pooled", images, 1, threads)
    for one, other in zip(found, expected, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def vgg():
    torch.manual_seed(0)
    return networks.build("torchvision/vgg11", 5)


def test_vggs_embedding_is_the_activation_after_its_second_hidden_layer(vgg, images):
    assert readouts.resolve(vgg, "auto") == "fully_connected"
    layer, _ = layers.choose(vgg, (64, 64))
    for image, (_, _, embedding, _) in zip(images, extract(vgg, layer, "fully_connected", images), strict=True):
        with torch.inference_mode():
            own = vgg.classifier[:5](vgg.avgpool(vgg.features(image[None])).flatten(1))
        assert embedding == pytest.approx(own[0].numpy(), rel=1e-4, abs=1e-6)


def test_a_padded_file_gives_the_embeddings_that_were_extracted(vgg, images, tmp_path):
    """Maps of several shapes share an array, padded with NaN: masking must not touch the padding."""
    import h5py

    from ais.artifacts import store
    from ais.backbones import weights
    from ais.engine.similarity import similarity_matrix

    layer, _ = layers.choose(vgg, (64, 64))
    rows = extract(vgg, layer, "fully_connected", images)
    weights.freeze(vgg, tmp_path / "vgg.safetensors", {})
    with h5py.File(tmp_path / "features.h5", "w") as file:
        maps = np.full((len(rows), 512, 6, 6), np.nan, np.float32)
        for number, (own, *_) in enumerate(rows):
            maps[number, :, : own.shape[1], : own.shape[2]] = own
        file["maps"], file["grid"] = maps, [own.shape[1:] for own, *_ in rows]
        file.attrs.update(
            readout="fully_connected",
            architecture="torchvision/vgg11",
            classes=5,
            layer=layer,
            weights_digest=store.recorded_digest(tmp_path / "vgg.safetensors"),
        )
        pairs = pairs_of(len(rows))
        masking = loading.maskable(file, "cosine", *pairs, tmp_path / "vgg.safetensors", "cpu")
        embedding = np.stack([row[2] for row in rows]).astype(float)
        assert masking.full() == pytest.approx(similarity_matrix(embedding, "cosine")[pairs], abs=1e-6)
        file.attrs["weights_digest"] = "0" * 64
        with pytest.raises(InputError, match="needs the weights it was made with"):
            loading.maskable(file, "cosine", *pairs, tmp_path / "vgg.safetensors", "cpu")


def test_images_of_one_shape_go_together():
    assert extraction.batches_by_shape(SHAPES, 2) == [[0, 2], [5], [1, 4], [3]]


def failing(network, layer, image, message):
    with pytest.raises(InputError, match=message):
        extract(network, layer, "pooled", [image])


@pytest.mark.parametrize("how", ['{"base": "paper", "resize": 96}', '{"base": "paper", "resize": 120, "crop": 96}'])
@pytest.mark.parametrize("size", [(180, 96), (96, 150)])
@pytest.mark.parametrize("corner", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_patch_near_a_corner_is_found_there(how, size, corner):
    """From the picture to its heatmap at the picture's size: uncropped whatever its shape, and cropped."""
    how, side = preprocessing.resolve(how, {}), 16
    torch.manual_seed(0)
    network = networks.build("torchvision/squeezenet1_1")

    def maps_of(picture):
        tensor, window = preprocessing.apply(picture, how)
        with torch.inference_mode(), layers.capturing(network, "features.5") as caught:
            network(tensor[None])
        return caught.maps[0].numpy(), window

    blank, window = maps_of(Image.new("RGB", size, "grey"))
    left = round(window[2]) - side if corner[0] else round(window[0])
    top = round(window[3]) - side if corner[1] else round(window[1])
    picture = Image.new("RGB", size, "grey")
    picture.paste("yellow", (left, top, left + side, top + side))
    change = np.square(maps_of(picture)[0] - blank)
    drawn = weighting.heatmap(change, np.ones(len(change)))
    shown = upsampling.at_image_size(drawn, drawn.shape, window, size[::-1])
    y, x = np.unravel_index(np.nanargmax(shown), shown.shape)
    assert (abs(x - left - side / 2) <= side, abs(y - top - side / 2) <= side) == (True, True)


def test_images_that_are_too_small(vgg, resnet):
    failing(vgg, "features.19", torch.randn(3, 8, 8), "image 'image0': found 8 × 8 pixels .* VGG expected others")
    failing(resnet, "layer4", torch.randn(3, 32, 32), "layer4 makes maps of 1 × 1; expected h, w > 1")


def test_maps_that_are_no_numbers_or_all_zero(resnet):
    failing(resnet, "layer4", torch.full((3, 64, 64), torch.nan), "found NaN or infinity in the maps of layer4")
    network = networks.build("torchvision/squeezenet1_1")
    torch.nn.init.constant_(network.features[12].squeeze.bias, -1e9)
    torch.nn.init.constant_(network.features[12].expand1x1.bias, -1)
    torch.nn.init.constant_(network.features[12].expand3x3.bias, -1)
    failing(network, "features", torch.randn(3, 64, 64), "found only zeros in the maps of features")


def test_a_failing_image_ends_the_extraction(resnet, images):
    def prepared(number):
        if number == 3:
            raise InputError("cat.jpg: changed")
        return images[number], (0, 0, 1, 1)

    with pytest.raises(InputError, match=r"cat\.jpg: changed"):
        list(extraction.extract(resnet, "layer4", "pooled", prepared, extraction.batches_by_shape(SHAPES, 2), IDS))


def test_readouts_that_a_network_does_not_have(resnet, vgg):
    assert readouts.resolve(resnet, "auto") == "pooled"
    assert readouts.resolve(networks.build("torchvision/alexnet"), "auto") == "fully_connected"
    with pytest.raises(InputError, match="asked for fully_connected; ResNet has no head of the form"):
        readouts.resolve(resnet, "fully_connected")
    with pytest.raises(InputError, match=r"found 'features\.3', which Conv2d follows"):
        readouts.FullyConnected(vgg, "features.3")
    with pytest.raises(InputError, match="expects one of its features"):
        readouts.FullyConnected(vgg, "avgpool")


def test_large_pictures_are_read_one_at_a_time():
    at_work, most = Counter(), Counter()

    def prepared(number):
        kind = "large" if number % 2 else "small"
        at_work[kind] += 1
        most[kind] = max(most[kind], at_work[kind])
        time.sleep(0.02)
        at_work[kind] -= 1
        return number

    in_turn = extract_features.taking_turns(prepared, [100, extract_features.LARGE + 1] * 8)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(in_turn, range(16))) == list(range(16))
    assert most["large"] == 1 and most["small"] > 1
