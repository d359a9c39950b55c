"""Background removers of the real classes with a handful of weights: they call dark pixels the article."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from matching.backends import ModelChoice, find

CONFIGURATION = """
from transformers import PretrainedConfig


class TinyConfig(PretrainedConfig):
    model_type = "tiny_birefnet"

    def __init__(self, depth=3, **other):
        super().__init__(**other)
        self.depth = depth
"""
MODELLING = """
import torch
from transformers import PreTrainedModel

from .configuration_tiny import TinyConfig


class TinyBiRefNet(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config):
        super().__init__(config)
        # as the Swin backbone of BiRefNet does, which once failed on meta tensors
        self.rates = [rate.item() for rate in torch.linspace(0, 0.2, config.depth)]
        self.head = torch.nn.Conv2d(3, 1, 1)
        self.post_init()

    def forward(self, pixels):
        coarse = self.head(torch.nn.functional.avg_pool2d(pixels, 4))
        return [coarse, self.head(pixels)]
"""
HEAD = (-1.5, -2.0, -1.0)
"""Weight of each colour: the darker, the more it is the article. Grey of the same weight stands at zero."""

U2NET_MAPS = 7


def birefnet_folder(folder: Path) -> Path:
    """Write a model folder as the hub has them for BiRefNet: configuration, code, weights."""
    from safetensors.torch import save_file
    from torch import tensor

    folder.mkdir(parents=True)
    written = {
        "architectures": ["TinyBiRefNet"],
        "auto_map": {
            "AutoConfig": "configuration_tiny.TinyConfig",
            "AutoModelForImageSegmentation": "modelling_tiny.TinyBiRefNet",
        },
        "depth": 3,
        "model_type": "tiny_birefnet",
    }
    (folder / "config.json").write_text(json.dumps(written))
    (folder / "configuration_tiny.py").write_text(CONFIGURATION)
    (folder / "modelling_tiny.py").write_text(MODELLING)
    weights = {"head.weight": tensor(HEAD).reshape(1, 3, 1, 1), "head.bias": tensor([0.25])}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def onnx_file(file: Path, *, side_px: int = 320) -> Path:
    """Write an ONNX model with U²-Net's input and outputs: one picture in, seven maps out, the first the best."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weight = numpy_helper.from_array(np.array(HEAD, dtype=np.float32).reshape(1, 3, 1, 1), "weight")
    taken = helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, side_px, side_px])
    maps = [f"map{number}" for number in range(U2NET_MAPS)]
    nodes = [
        helper.make_node("Conv", ["input.1", "weight"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], [maps[0]]),
        *(helper.make_node("Neg", [maps[0]], [name]) for name in maps[1:]),
    ]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, side_px, side_px]) for name in maps]
    graph = helper.make_graph(nodes, "tiny", [taken], given, [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
    onnx.checker.check_model(model)
    file.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, file)
    return file


def cutout_weights(file: Path) -> Path:
    """Write weights of a cut-out network of one feature per step, set by hand: pixels darker than middle grey are the article."""
    import torch

    from matching.backends.cutout_network.network import CutoutNetwork
    from matching.backends.cutout_network.weights import write_weights

    network = CutoutNetwork((1,), ())
    values = {name: torch.zeros_like(value) for name, value in network.state_dict().items()}
    values["stem.0.weight"][0, :, 1, 1] = -1 / 3  # a grey of 0 to 255 stands at -2 to 2 here
    values["stem.1.weight"][:], values["stem.1.running_var"][:], values["stem.1.bias"][:] = 1, 1, 2
    values["head.weight"][:, 0, 1, 1], values["head.bias"][:] = 1, -2
    network.load_state_dict(values)
    write_weights(network, file)
    return file


def tiny_choice(name: str, folder: Path) -> ModelChoice:
    """Give what settings would say to use a tiny model for a remover; nothing for one that needs no model."""
    engine = find("background remover", ModelChoice(name=name))
    if name == "cutout-net":
        return ModelChoice(name=name, source=str(cutout_weights(folder / "cutout-net.safetensors")))
    if hasattr(engine, "session"):
        side_px = 320 if name == "rembg-u2net" else 1024
        return ModelChoice(name=name, source=str(onnx_file(folder / f"{engine.session}.onnx", side_px=side_px)))
    if hasattr(engine, "cards"):
        return ModelChoice(name=name, source=str(birefnet_folder(folder / name)), trust_remote_code=True)
    return ModelChoice(name=name)
