"""Packages with the names and call signatures of TRELLIS, TRELLIS.2 and what they need, which make a cube of every picture.

Signatures are those of microsoft/TRELLIS (`pipelines/trellis_image_to_3d.py`, `utils/postprocessing_utils.py`) and of
microsoft/TRELLIS.2 (`pipelines/trellis2_image_to_3d.py`, `o_voxel/postprocess.py`). The colour of a picture says what happens:
red is too much for the memory, green takes for ever, blue ends the process.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matching.backends import Backends, ModelChoice
from tests.glb import cube

TORCH = """
class _Properties:
    total_memory = {memory}

class cuda:
    OutOfMemoryError = type("OutOfMemoryError", (RuntimeError,), {{}})

    @staticmethod
    def is_available():
        return {available}

    @staticmethod
    def get_device_properties(device):
        return _Properties()

    @staticmethod
    def empty_cache():
        pass
"""

COMMON = """
import json, os, time
from pathlib import Path

HERE = Path(__file__).parent

def note(**call):
    with (HERE / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(call) + "\\n")

class Exported:
    def export(self, path, **options):
        Path(path).write_bytes((HERE / "cube.glb").read_bytes())

def happen(image):
    alpha = image.getchannel("A")
    assert alpha.getextrema()[0] == 0, "all opaque: the real one would remove the background itself"
    box = alpha.point(lambda value: 255 if value > 0.8 * 255 else 0).getbbox()
    if box is None:
        raise ValueError("zero-size array to reduction operation minimum which has no identity")
    middle = image.crop(box).resize((1, 1)).getpixel((0, 0))
    if middle[0] > 200 and max(middle[1:3]) < 60:
        import torch
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    if middle[1] > 200 and middle[0] < 60:
        time.sleep(60)
    if middle[2] > 200 and max(middle[:2]) < 60:
        os._exit(7)
"""

TRELLIS = """
from stand_in import happen, note

class TrellisImageTo3DPipeline:
    @staticmethod
    def from_pretrained(path):
        note(call="from_pretrained", path=path)
        print("[SPARSE] Backend: spconv, Attention: flash_attn")
        {loading}
        return TrellisImageTo3DPipeline()

    def cuda(self):
        note(call="cuda")

    def run(self, image, num_samples=1, seed=42, sparse_structure_sampler_params={{}}, slat_sampler_params={{}},
            formats=["mesh", "gaussian", "radiance_field"], preprocess_image=True):
        note(call="run", pictures=1, seed=seed, formats=formats)
        happen(image)
        return {{name: [name] for name in formats}}

    def run_multi_image(self, images, num_samples=1, seed=42, sparse_structure_sampler_params={{}}, slat_sampler_params={{}},
                        formats=["mesh", "gaussian", "radiance_field"], preprocess_image=True, mode="stochastic"):
        note(call="run_multi_image", pictures=len(images), seed=seed, formats=formats)
        for image in images:
            happen(image)
        return {{name: [name] for name in formats}}
"""

BAKING = """
from stand_in import Exported, note

def to_glb(app_rep, mesh, simplify=0.95, fill_holes=True, fill_holes_max_size=0.04, texture_size=1024, debug=False, verbose=True):
    note(call="to_glb", app_rep=app_rep, mesh=mesh, simplify=simplify, texture_size=texture_size)
    return Exported()
"""

TRELLIS_2 = """
from stand_in import happen, note

class _Mesh:
    vertices, faces, attrs, coords, layout, voxel_size = "vertices", "faces", "attrs", "coords", "layout", 1 / 512

class Trellis2ImageTo3DPipeline:
    @classmethod
    def from_pretrained(cls, path, config_file="pipeline.json"):
        note(call="from_pretrained", path=path)
        {loading}
        return cls()

    def cuda(self):
        note(call="cuda")

    def run(self, image, num_samples=1, seed=42, sparse_structure_sampler_params={{}}, shape_slat_sampler_params={{}},
            tex_slat_sampler_params={{}}, preprocess_image=True, return_latent=False, pipeline_type=None, max_num_tokens=49152):
        note(call="run", pictures=1, seed=seed, pipeline_type=pipeline_type)
        happen(image)
        return [_Mesh()]
"""

VOXELS = """
from stand_in import Exported, note

def to_glb(vertices, faces, attr_volume, coords, attr_layout, aabb, voxel_size=None, grid_size=None, decimation_target=1000000,
           texture_size=2048, remesh=False, remesh_band=1, remesh_project=0.9, mesh_cluster_threshold_cone_half_angle_rad=1.57,
           mesh_cluster_refine_iterations=0, mesh_cluster_global_iterations=1, mesh_cluster_smooth_strength=1, verbose=False,
           use_tqdm=False):
    note(call="to_glb", vertices=vertices, voxel_size=voxel_size, texture_size=texture_size)
    return Exported()
"""


def write_stand_in(folder: Path, *, available: bool = True, memory: float = 25e9, loading: str = "pass") -> Path:
    """Write the packages; `loading` is a statement that runs where the weights are loaded."""
    files = {
        "torch.py": TORCH.format(memory=int(memory), available=available),
        "stand_in.py": COMMON,
        "trellis/__init__.py": "",
        "trellis/pipelines/__init__.py": TRELLIS.format(loading=loading),
        "trellis/utils/__init__.py": "",
        "trellis/utils/postprocessing_utils.py": BAKING,
        "trellis2/__init__.py": "",
        "trellis2/pipelines/__init__.py": TRELLIS_2.format(loading=loading),
        "o_voxel/__init__.py": "",
        "o_voxel/postprocess.py": VOXELS,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "cube.glb").write_bytes(cube())
    return folder


def backends_with(folder: Path, name: str) -> Backends:
    """Choose a generator by name, this Python as its environment and the stand-in as its package."""
    choice = ModelChoice(name=name, python=sys.executable, package=str(folder))
    return Backends(renderer="none", mesh_generator=name, models=(choice,))


def calls(folder: Path) -> list[dict[str, Any]]:
    """Read what was called, in order."""
    return [json.loads(line) for line in (folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()]
