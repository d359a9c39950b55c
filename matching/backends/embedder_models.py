"""The pretrained embedders that are known by name: where they come from, and how their vectors are read.

Revisions are commits of the hub; `main` stands where none is known for sure, and its commit is what vectors are kept under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.errors import BadSettings
from matching.backends import ModelChoice
from matching.backends.hub import ModelCard
from matching.backends.vector_reading import Reading


@dataclass(frozen=True, kw_only=True)
class EmbedderModel:
    """One pretrained embedder.

    Attributes:
        card: where it comes from, and what a user should know of it.
        hub_class: the class of transformers that loads it.
        reading: how its vectors are read; None: as its configuration suggests.
        input_px: side of the picture that it was trained on; None: not known before it is here.
        size: length of its vectors; None: not known before it is here.
    """

    card: ModelCard
    hub_class: str = "AutoModel"
    reading: Reading | None = None
    input_px: int | None = None
    size: int | None = None


def _row(model: EmbedderModel) -> tuple[str, EmbedderModel]:
    return model.card.name, model


EMBEDDER_MODELS: Mapping[str, EmbedderModel] = dict(
    map(
        _row,
        (
            EmbedderModel(
                card=ModelCard(
                    name="resnet50",
                    hub_id="microsoft/resnet-50",
                    revision="34c2154c194f829b11125337b98c8f5f9965ff19",
                    licence="Apache-2.0",
                    download_mb=103,
                ),
                hub_class="ResNetModel",
                reading=Reading.POOLED,
                input_px=224,
                size=2048,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="vit",
                    hub_id="google/vit-base-patch16-224-in21k",
                    revision="b4569560a39a0f1af58e3ddaf17facf20ab919b0",
                    licence="Apache-2.0",
                    download_mb=346,
                ),
                hub_class="ViTModel",
                reading=Reading.CLS,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="clip",
                    hub_id="openai/clip-vit-large-patch14",
                    revision="32bd64288804d66eefd0ccbe215aa642df71cc41",
                    licence="MIT",
                    download_mb=1710,
                ),
                hub_class="CLIPVisionModelWithProjection",
                reading=Reading.IMAGE_EMBEDS,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="dinov2",
                    hub_id="facebook/dinov2-base",
                    revision="f9e44c814b77203eaa57a6bdbbd535f21ede1415",
                    licence="Apache-2.0",
                    download_mb=346,
                ),
                hub_class="Dinov2Model",
                reading=Reading.POOLED_AND_PATCHES,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(name="vit-msn", hub_id="facebook/vit-msn-base", licence="Apache-2.0", download_mb=343),
                hub_class="ViTMSNModel",
                reading=Reading.CLS,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="dinov2-registers",
                    hub_id="facebook/dinov2-with-registers-base",
                    revision="a1d738ccfa7ae170945f210395d99dde8adb1805",
                    licence="Apache-2.0",
                    download_mb=346,
                ),
                hub_class="Dinov2WithRegistersModel",
                reading=Reading.POOLED_AND_PATCHES,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="dinov3",
                    hub_id="facebook/dinov3-vitb16-pretrain-lvd1689m",
                    revision="5931719e67bbdb9737e363e781fb0c67687896bc",
                    licence="DINOv3 License",
                    gated=True,
                    download_mb=343,
                ),
                hub_class="DINOv3ViTModel",
                reading=Reading.POOLED_AND_PATCHES,
                input_px=224,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="siglip2",
                    hub_id="google/siglip2-base-patch16-384",
                    revision="f775b65a79762255128c981547af89addcfe0f88",
                    licence="Apache-2.0",
                    download_mb=1500,
                ),
                hub_class="SiglipVisionModel",
                reading=Reading.POOLED,
                input_px=384,
                size=768,
            ),
            EmbedderModel(
                card=ModelCard(
                    name="fashion-siglip",
                    hub_id="Marqo/marqo-fashionSigLIP",
                    licence="Apache-2.0",
                    download_mb=813,
                    remote_code=True,
                ),
                reading=Reading.IMAGE_FEATURES,
                input_px=224,
                size=768,
            ),
        ),
    )
)


def model_of(choice: ModelChoice) -> EmbedderModel:
    """Give what is known of an embedder by name, and what settings say of it instead.

    Raises:
        BadSettings: they name a reading that there is not.
    """
    known = EMBEDDER_MODELS.get(choice.name, EmbedderModel(card=ModelCard(name=choice.name)))
    if choice.reading and choice.reading not in set(Reading):
        raise BadSettings(
            f"models.{choice.name} has the reading '{choice.reading}'", remedy=f"set it to one of: {', '.join(Reading)}"
        )
    reading = Reading(choice.reading) if choice.reading else known.reading
    return replace(known, hub_class=choice.hub_class or known.hub_class, reading=reading)
