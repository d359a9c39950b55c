"""The embedder that needs no download: eight descriptor blocks, and local features for the ninth."""

from __future__ import annotations

from collections.abc import Sequence

from matching.backends.descriptors import colour, outline, texture
from matching.ports import Block, CutOut, Treatment


class DescriptorEmbedder:
    """Describes a cut-out by colour, surface and shape.

    The ninth block, `keypoints`, is pooled from local features by the basis.
    """

    name = "descriptors"
    revision = "d3"
    treatment = Treatment.WHITENED

    @property
    def block_sizes(self) -> dict[str, int]:
        """The blocks' names and the lengths of their vectors."""
        return {
            "colour": 486,
            "colour_layout": 1296,
            "hue": 44,
            "colour_moments": 105,
            "gradients": 1764,
            "grain": 230,
            "structure": 512,
            "outline": 290,
        }

    def embed(self, cutouts: Sequence[CutOut]) -> Sequence[Sequence[Block]]:
        """Describe each cut-out, one list of blocks each, in the order given."""
        return [_describe(cutout) for cutout in cutouts]


def _describe(cutout: CutOut) -> list[Block]:
    colours, lightness = colour.lab(cutout), texture.grey(cutout)
    return [
        Block(name="colour", values=colour.lab_histogram(cutout, colours)),
        Block(name="colour_layout", values=colour.lab_layout(cutout, colours)),
        Block(name="hue", values=colour.hue_histogram(cutout, colours)),
        Block(name="colour_moments", values=colour.colour_moments(cutout, colours)),
        Block(name="gradients", values=texture.gradient_histogram(lightness)),
        Block(name="grain", values=texture.binary_patterns(cutout, lightness)),
        Block(name="structure", values=texture.gabor_energies(lightness)),
        Block(name="outline", values=outline.mask_shape(cutout)),
    ]
