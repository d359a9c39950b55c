from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import Description, ImageId, Sku
from matching.texts import Names, asset_text, photo_text, with_sku
from tests.builders import ARTICLES, asset_of, image_of, photo_of, reference_picture

NAMES = Names([Sku("BAG-00123"), Sku("shoe_77"), Sku("7"), Sku("AB 45 C")])
PHOTO = photo_of("march/IMG_0423", image_of(reference_picture(ARTICLES[Sku("bag-red")])))


def described(caption: str) -> Description:
    return Description(
        image_id=ImageId("i"), captioner="measured", caption=caption, object="", colour="", texture="", specificity=""
    )


@pytest.mark.parametrize(
    "text",
    [
        "a red bag",
        "a red BAG-00123 bag",
        "a red (bag-00123), bag",
        "a red bag00123 bag",
        "a red ref:BAG-00123/front bag",
        "a red BAG 00123 bag",
        "a red 7 bag",
        "a red ab-45-c bag",
        "a red ab 45 c bag",
        "a red DSC_0001.JPG bag",
        "a red pictures/front.jpeg, bag",
        "a red xBAG_00123x.glb bag",
    ],
)
def test_skus_and_names_of_files_are_left_out(text: str) -> None:
    assert NAMES.redact(text) == "a red bag"


def test_a_short_sku_takes_no_other_word_along() -> None:
    assert NAMES.redact("77 shoes of 1977") == "77 shoes of 1977"


def test_the_plain_name_of_an_article_stays_though_its_sku_is_written_alike() -> None:
    assert Names([Sku("golden-delicious")]).redact("Golden Delicious, golden-delicious") == "Golden Delicious,"


def test_a_poisoned_title_changes_nothing() -> None:
    asset = replace(asset_of(Sku("BAG-00123")), category="")
    plain, poisoned = replace(asset, title="red bag"), replace(asset, title="BAG-00123 red bag bag_00123.jpg")

    texts = {asset_text(one, described("a smooth bag"), {}, NAMES) for one in (plain, poisoned)}

    assert texts == {"red bag a smooth bag"}


def test_a_caption_with_the_name_of_the_file_changes_nothing() -> None:
    texts = {photo_text(PHOTO, described(caption), {}, NAMES) for caption in ("a red bag", "IMG_0423 a red bag img_0423.png")}

    assert texts == {"a red bag"}


def test_what_is_searched_in_has_the_sku() -> None:
    assert with_sku(asset_of(Sku("BAG-00123")), None, {}, NAMES).startswith("BAG-00123")
