import { make, picture } from "./dom.js";

/**
 * The photos of one burst below the photo, and whether a decision counts for all of them.
 *
 * A decision for a burst counts for photos that were seen: it cannot be asked for before every thumbnail is there, and leaves out
 * one that is not.
 */
export class Burst {
  constructor(strip, say) {
    this.strip = strip;
    this.say = say;
    this.$ = (selector) => strip.querySelector(selector);
    this.images = new Map();
  }

  /** Show the burst of an item, without what this tab has decided; a decision counts for the photo alone until it is asked for. */
  show(item, decided) {
    this.photo_id = item.photo_id;
    const members = item.burst.filter((one) => one.photo_id === item.photo_id || !decided.has(one.photo_id));
    this.images = new Map(members.map((one) => [one.photo_id, thumbnail(one, one.photo_id === item.photo_id)]));
    this.whole = false;
    this.paint();
  }

  /** Take photos out that somebody else decides now. */
  leave(gone) {
    for (const photo_id of gone) if (photo_id !== this.photo_id) this.images.delete(photo_id);
    this.paint();
  }

  toggle() {
    if (this.alone) return this.say("No other photo of this burst waits.");
    const unseen = [...this.images.values()].filter((image) => !isSeen(image));
    if (unseen.length && !this.whole) {
      for (const image of unseen) if (image.complete) image.src = image.getAttribute("src"); // it failed: ask again
      return this.say(`${unseen.length} of ${this.images.size} photos of the burst cannot be seen yet. A decision counts for this one alone.`);
    }
    this.whole = !this.whole;
    this.paint();
  }

  /** Which photos a decision counts for besides the one on the screen. */
  get others() {
    if (!this.whole) return [];
    return [...this.images].filter(([photo_id, image]) => photo_id !== this.photo_id && isSeen(image)).map(([photo_id]) => photo_id);
  }

  get alone() {
    return this.images.size < 2;
  }

  paint() {
    const count = this.images.size;
    this.whole = this.whole && !this.alone;
    this.strip.hidden = this.alone;
    this.strip.classList.toggle("together", this.whole);
    this.$(".burst-words").textContent = this.whole ? `Counts for all ${count} photos` : `${count} photos of one burst`;
    this.$("button").setAttribute("aria-pressed", this.whole);
    this.$(".burst-photos").replaceChildren(...[...this.images.values()].map((image) => image.parentElement));
  }
}

/** Make a thumbnail in a cell: what grows below the pointer must not keep it from the cell beside. */
function thumbnail({ photo_id, thumbnail: url }, own) {
  const cell = make("span", own ? "own" : "");
  cell.title = photo_id;
  const image = picture(url, own ? "This photo" : `Photo ${photo_id} of the burst`);
  cell.append(image);
  return image;
}

/** Tell whether a picture has come: one that failed is complete too, and has no width. */
function isSeen(image) {
  return image.complete && image.naturalWidth > 0;
}
