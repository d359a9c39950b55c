from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.catalogue import import_catalogue
from data.domain import Sku
from data.events import Verdict
from data.store import Store
from feedback.equivalence import declare_equivalent
from feedback.export import Exported, export
from tests.builders import BEN, NOON, review_of
from tests.data.builders import write_pictures, write_table

TWO = [review_of("ball-red/1", Verdict.MATCH, "ball-red"), review_of("ball-red/1", Verdict.MATCH, "ball-green", by=BEN)]


def exported(store: Store, folder: Path) -> list[tuple[str, str, str]]:
    """Export the labels, and read of each what it says, its sku and the equivalents."""
    export(store, Exported.LABELS, folder / "labels.csv")
    frame = pd.read_csv(folder / "labels.csv", keep_default_na=False)
    return list(zip(frame["label"], frame["sku"], frame["equivalents"], strict=True))


def test_a_match_is_exported_with_the_sku_that_was_chosen_and_its_equivalents_beside_it(
    small_store: Store, tmp_path: Path
) -> None:
    small_store.events.append(TWO)
    declare_equivalent(small_store, [Sku("ball-red"), Sku("ball-green"), Sku("bag-red")], by="anna", at=NOON)

    assert exported(small_store, tmp_path) == [("match", "ball-green", "bag-red ball-red")]


def test_a_dispute_is_exported_with_every_sku_that_was_chosen(small_store: Store, tmp_path: Path) -> None:
    small_store.events.append(TWO)

    assert exported(small_store, tmp_path) == [("disputed", "ball-green ball-red", "")]


def test_exported_assets_are_imported_back_without_loss(store: Store, tmp_path: Path) -> None:
    write_pictures(tmp_path, [f"{at}.png" for at in range(5)])
    titles = ("=cmd()", "-1 %", "'90s bag", "''=x", "plain")
    rows = [f'sku-{at},{at}.png,"{title}"' for at, title in enumerate(titles)]
    import_catalogue(store, write_table(tmp_path, "sku,image,title", *rows))
    before = store.assets.all()
    export(store, Exported.ASSETS, tmp_path / "assets.csv")
    import_catalogue(store, write_table(tmp_path, "sku,image,title", *[f"sku-{at},{at}.png,other" for at in range(5)]))

    report = import_catalogue(store, tmp_path / "assets.csv")

    assert [asset.title for asset in store.assets.all()] == ["=cmd()", "-1 %", "'90s bag", "'=x", "plain"]
    assert (store.assets.all(), report.refused) == (before, ())
