"""The architectures that are known to work: what is taken of each, and which readout is its own embedding.

The tests hold each row against the network itself; config/README.md shows the table.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple


class Architecture(NamedTuple):
    """``own``: the readout that gives the network's own embedding, what enters its classifier; None where the
    network has neither such a classifier nor such a readout. ``trap``: what would be taken by name."""

    name: str
    layer: str
    maps: tuple[int, int, int]
    own: str | None
    trap: str = ""


POOLED, NETWORK, FULLY_CONNECTED = "pooled", "network", "fully_connected"
ARCHITECTURES = [
    Architecture("torchvision/alexnet", "features.11", (256, 13, 13), FULLY_CONNECTED, "before the pooling"),
    Architecture("torchvision/vgg11", "features.19", (512, 14, 14), FULLY_CONNECTED, "before the pooling"),
    Architecture("torchvision/vgg11_bn", "features.27", (512, 14, 14), FULLY_CONNECTED, "before the pooling"),
    Architecture("torchvision/resnet18", "layer4", (512, 7, 7), POOLED, "before the addition and the activation"),
    Architecture("torchvision/resnext50_32x4d", "layer4", (2048, 7, 7), POOLED, "before the addition"),
    Architecture("torchvision/densenet121", "features:relu", (1024, 7, 7), POOLED, "32 growth maps"),
    Architecture("torchvision/googlenet", "inception5b", (1024, 7, 7), POOLED, "an auxiliary head that never runs"),
    Architecture("torchvision/inception_v3", "Mixed_7c", (2048, 8, 8), POOLED, "one branch of the concatenation"),
    Architecture("torchvision/mobilenet_v2", "features", (1280, 7, 7), POOLED),
    Architecture("torchvision/mobilenet_v3_small", "features", (576, 7, 7), NETWORK, "a gate"),
    Architecture("torchvision/squeezenet1_1", "features", (512, 13, 13), None, "the class maps"),
    Architecture("torchvision/shufflenet_v2_x0_5", "conv5", (1024, 7, 7), POOLED),
    Architecture("torchvision/mnasnet0_5", "layers", (1280, 7, 7), POOLED),
    Architecture("torchvision/efficientnet_b0", "features", (1280, 7, 7), POOLED, "before the activation"),
    Architecture("torchvision/regnet_y_400mf", "trunk_output", (440, 7, 7), POOLED, "before the addition"),
    Architecture("torchvision/convnext_tiny", "features", (768, 7, 7), NETWORK, "before the addition"),
    Architecture("torchvision/vit_b_16", "encoder", (768, 14, 14), POOLED, "the patches' projection"),
    Architecture("torchvision/swin_t", "permute", (768, 7, 7), POOLED, "the patches' projection"),
    Architecture("timm/vgg11", "features.19", (512, 14, 14), NETWORK, "a hidden layer, written as a convolution"),
    Architecture("timm/resnet10t", "layer4", (512, 6, 6), POOLED, "before the addition"),
    Architecture("timm/seresnet50", "layer4", (2048, 7, 7), POOLED, "a gate"),
    Architecture("timm/densenet121", "features", (1024, 7, 7), POOLED, "32 growth maps"),
    Architecture("timm/inception_v3", "Mixed_7c", (2048, 8, 8), POOLED, "one branch of the concatenation"),
    Architecture("timm/mobilenetv3_small_050", "blocks", (288, 7, 7), NETWORK, "a convolution after the pooling"),
    Architecture("timm/efficientnet_b0", "bn2", (1280, 7, 7), POOLED, "before the activation"),
    Architecture("timm/convnext_atto", "stages", (320, 7, 7), NETWORK, "before the addition"),
    Architecture("timm/regnetx_002", "s4", (368, 7, 7), POOLED, "before the addition"),
    Architecture("timm/nfnet_l0", "final_act", (2304, 7, 7), POOLED),
    Architecture("timm/ghostnet_050", "blocks", (480, 7, 7), NETWORK, "a convolution after the pooling"),
    Architecture("timm/vit_tiny_patch16_224", "norm", (192, 14, 14), POOLED, "the patches' projection"),
    Architecture("timm/deit_tiny_patch16_224", "norm", (192, 14, 14), POOLED, "the patches' projection"),
    Architecture("timm/vit_little_patch16_reg4_gap_256", "blocks", (320, 16, 16), NETWORK, "the patches' projection"),
    Architecture("timm/swin_tiny_patch4_window7_224", "norm", (768, 7, 7), POOLED, "the patches' projection"),
]


def table() -> str:
    """The architectures as a Markdown table."""
    lines = ["| architecture | layer taken | maps | the network's own embedding | by name one would take |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for each in ARCHITECTURES:
        maps = " × ".join(map(str, each.maps))
        own = f"`readout: {each.own}`" if each.own else "none: its classifier is a convolution"
        lines.append(f"| {each.name} | `{each.layer}` | {maps} | {own} | {each.trap} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """A page with the table between its two marks."""
    return re.sub(
        r"(<!-- architectures: .*? -->\n).*?(<!-- /architectures -->)",
        lambda marks: f"{marks[1]}{table()}\n{marks[2]}",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_table(page.read_text(encoding="utf-8")), encoding="utf-8")
