"""The useful order: the photo whose label would teach the next retune most comes first.

Of a photo q that may be learned from, whose first candidate is the asset a,

    value(q) = (1 − margin(q)) / (1 + labels(a) + in hand(a))

`1 − margin` is uncertainty by the lead of the likeliest class over the next (Settles, "Active Learning Literature Survey", TR
1648, 2009, "Uncertainty sampling"). Alone it asks for one odd corner of the catalogue again and again; the same survey weighs it
by how much of the whole a photo speaks for ("Density-weighted methods") and, where several are asked for at once, by how unlike
they are ("Batch-mode active learning"). Here that is the divisor: each label that speaks of an asset, and each photo of it on
somebody's screen, makes the next one tell less, as one measure more improves a mean of n by 1/n − 1/(n + 1). Two rules go before
the value: an asset of which three photos are in hand comes after those of which fewer are, and a group (a burst, near-duplicates)
of which one photo is labelled or in hand comes after those of which none is.

Sealed photos teach nothing, and the gate needs their labels. They come at their share: each pick is of the sealed side with the
probability that a photo drawn from both sides would be, and is then the next of a shuffled pack. Chosen by uncertainty, the gate
would measure on the model's hard cases alone. Quarantined photos, good for neither, come last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from data.domain import PhotoId, Side, Sku
from feedback.facts import Facts, InHand, Taught
from feedback.lines import Line, Place, place_in, shuffled
from feedback.orders import QueueOrder

MOST_IN_HAND = 3
LOOKED_AT = 200
"""Photos of one asset that are looked at for one whose group is in nobody's hand: a pick must be quick, and groups are small."""

MOVED_AT_ONCE = 2_000
SEALED, BARRED, UNSEEN, ASSET = "sealed", "barred", "unseen", "asset/"
"""Strands: sealed photos, quarantined ones, those without an outlook, and one per first candidate."""

Standing = tuple[bool, float, float, str]
"""Where a photo stands among those of other assets: too many in hand, its tier, minus its value, its card. Less is better."""


class UsefulLine:
    """Waiting photos by what their labels would teach.

    Photos of one first candidate share a divisor, so each asset has a strand of its own, and the assets' best are a line again: a
    label moves one asset, however many photos wait behind its first.
    """

    def __init__(self, facts: Facts, photo_ids: Iterable[PhotoId]) -> None:
        self._facts = facts
        self._strand_of = {photo_id: self._strand(photo_id) for photo_id in photo_ids}
        self._members: dict[str, set[PhotoId]] = defaultdict(set)
        sorted_out: dict[str, list[PhotoId]] = defaultdict(list)
        for photo_id, strand in self._strand_of.items():
            sorted_out[strand].append(photo_id)
            self._members[facts.group(photo_id)].add(photo_id)
        self._strands = {strand: Line(self._place(strand), found) for strand, found in sorted_out.items()}
        self._heads = Line(self._head, [strand for strand in self._strands if strand.startswith(ASSET)])

    def put(self, photo_id: PhotoId) -> None:
        """Add a photo, or bring it to where it belongs now."""
        strand = self._strand(photo_id)
        if self._strand_of.get(photo_id, strand) != strand:
            self.drop(photo_id)
        self._strand_of[photo_id] = strand
        self._members[self._facts.group(photo_id)].add(photo_id)
        if strand not in self._strands:
            self._strands[strand] = Line(self._place(strand))
        self._strands[strand].put(photo_id)
        self._settle(strand)

    def drop(self, photo_id: PhotoId) -> None:
        """Take a photo out, if it is there."""
        strand = self._strand_of.pop(photo_id, None)
        if strand is not None:
            self._members[self._facts.group(photo_id)].discard(photo_id)
            self._strands[strand].drop(photo_id)
            self._settle(strand)

    def learned(self, taught: Taught) -> bool:
        """Move what a label has changed; False where that is so much that the line is better made anew."""
        moved = [photo_id for group in taught.groups for photo_id in self._members.get(group, ())]
        if len(moved) > MOVED_AT_ONCE:
            return False
        for photo_id in moved:
            self._strands[self._strand_of[photo_id]].put(photo_id)
        for strand in {self._strand_of[photo_id] for photo_id in moved} | {ASSET + sku for sku in taught.skus}:
            self._settle(strand)
        return True

    def firsts(self, blocked: Collection[PhotoId], hand: InHand) -> dict[PhotoId, float]:
        """Give what comes next if nothing is left to chance but the side: one photo of each, with the side's share."""
        teaches, sealed = self._first_to_teach(blocked, hand), self._first_of(SEALED, blocked)
        if teaches is None and sealed is None:
            last = self._first_of(BARRED, blocked)
            return {} if last is None else {last: 1.0}
        share = self._sealed_share(blocked)
        return {
            photo_id: chance
            for photo_id, chance in ((teaches, 1 - share), (sealed, share))
            if photo_id is not None and chance > 0
        }

    def _sealed_share(self, blocked: Collection[PhotoId]) -> float:
        free = len(self._strand_of) - sum(photo_id in self._strand_of for photo_id in blocked)
        sealed, barred = (self._strands[name].free(blocked) if name in self._strands else 0 for name in (SEALED, BARRED))
        return sealed / (free - barred)

    def _first_of(self, strand: str, blocked: Collection[PhotoId]) -> PhotoId | None:
        return self._strands[strand].first(blocked) if strand in self._strands else None

    def _first_to_teach(self, blocked: Collection[PhotoId], hand: InHand) -> PhotoId | None:
        """Find the most useful photo: assets in hand are worth less than their place says, so the search goes on behind them.

        It ends where the next asset's place, which says the most that it can be worth, is no better than the best that was found.
        """
        best: tuple[Standing, PhotoId] | None = None
        for tier, worth, card, strand in self._heads.places():
            if best is not None and (False, tier, worth, card) >= best[0]:
                break
            found = self._best_of(strand, blocked, hand)
            if found is not None and (best is None or found < best):
                best = found
        return best[1] if best is not None else self._first_of(UNSEEN, blocked)

    def _best_of(self, strand: str, blocked: Collection[PhotoId], hand: InHand) -> tuple[Standing, PhotoId] | None:
        """Find an asset's best photo: the first of a group that is neither labelled nor in hand, else the first."""
        first: tuple[Standing, PhotoId] | None = None
        looked_at = 0
        for tier, _, card, photo_id in self._strands[strand].places():
            if photo_id in blocked:
                continue
            tier_now = max(tier, float(hand.groups[self._facts.group(photo_id)] > 0))
            standing = (self._crowded(strand, hand), tier_now, -self._value(strand, photo_id, hand), card)
            first = first or (standing, photo_id)
            if tier_now < first[0][1]:
                return standing, photo_id
            looked_at += 1
            if not first[0][1] or tier or looked_at > LOOKED_AT:
                break
        return first

    def _crowded(self, strand: str, hand: InHand) -> bool:
        return hand.skus[_sku(strand)] >= MOST_IN_HAND

    def _value(self, strand: str, photo_id: PhotoId, hand: InHand) -> float:
        known = self._facts.labelled_skus[_sku(strand)] + hand.skus[_sku(strand)]
        return (1 - self._facts.outlooks[photo_id].margin) / (1 + known)

    def _settle(self, strand: str) -> None:
        """Bring an asset to the place that its best photo has now."""
        if not strand.startswith(ASSET) or strand not in self._strands:
            return
        if len(self._strands[strand]):
            self._heads.put(strand)
        else:
            self._heads.drop(strand)

    def _head(self, strand: str) -> Place[str]:
        tier, _, card, photo_id = next(self._strands[strand].places())
        return tier, -self._value(strand, photo_id, InHand()), card, strand

    def _strand(self, photo_id: PhotoId) -> str:
        side, outlook = self._facts.side(photo_id), self._facts.outlooks.get(photo_id)
        if side is Side.TEST:
            return SEALED
        if side is not Side.CALIBRATION:
            return BARRED
        return UNSEEN if outlook is None else ASSET + (outlook.sku or "")

    def _place(self, strand: str) -> Callable[[PhotoId], Place[PhotoId]]:
        """Give what a strand is sorted by: an asset's, by group and margin; sealed photos are shuffled, the rest oldest first."""
        facts = self._facts

        def by_margin(photo_id: PhotoId) -> Place[PhotoId]:
            known = float(facts.labelled_groups[facts.group(photo_id)] > 0)
            return known, facts.outlooks[photo_id].margin, shuffled(photo_id), photo_id

        if strand.startswith(ASSET):
            return by_margin
        return place_in(QueueOrder.RANDOM if strand == SEALED else QueueOrder.OLDEST, facts.submitted, facts.outlooks)


def _sku(strand: str) -> Sku:
    return Sku(strand.removeprefix(ASSET))
