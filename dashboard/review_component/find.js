import { make, picture } from "./dom.js";

const LETTERS = [..."abcdefghijklmnopqrstuvwxy"];
const TYPED_WITHIN_MS = 1000;
const UNMARKED = { typed: "", at: -Infinity };

/**
 * The dialog that finds another asset: ranks 6 to 30 by letter and Enter, the whole catalogue by words.
 *
 * A letter alone decides nothing, since it may be the first of a word: it marks a card. Another one soon after it is a word.
 */
export class Find {
  constructor(dialog, server, choose) {
    this.dialog = dialog;
    this.server = server;
    this.choose = choose;
    this.input = dialog.querySelector("input");
    this.grid = dialog.querySelector(".grid");
    this.hint = dialog.querySelector(".hint");
    this.input.oninput = () => this.search();
    dialog.onclose = () => {
      this.input.value = "";
      this.grid.replaceChildren();
    };
  }

  open(item) {
    this.more = item.more;
    this.marked = UNMARKED;
    this.offer(this.more, true);
    this.dialog.showModal();
    this.dialog.scrollTop = 0;
    this.grid.focus({ preventScroll: true }); // not the search box: a letter marks a card until there are two
  }

  offer(found, keyed) {
    this.found = found;
    this.keyed = keyed;
    this.grid.setAttribute("aria-busy", "false");
    const cards = found.map((asset, at) => {
      const card = make("button", "card");
      card.type = "button";
      card.onclick = () => this.choose(asset.sku);
      const text = make("div", "text");
      text.append(make("div", "title", asset.title || asset.sku), make("div", "sku", asset.sku));
      const reference = asset.reference ? picture(asset.reference, "") : make("div", "none", "no picture");
      if (keyed && LETTERS[at]) card.append(make("span", "letter", LETTERS[at].toUpperCase()));
      card.append(reference, text);
      return card;
    });
    const none = keyed ? "No other candidates. Search by words." : "Nothing in the catalogue has these words.";
    this.grid.replaceChildren(...(cards.length ? cards : [make("p", "hint", none)]));
  }

  async search() {
    const words = this.input.value;
    if (!words.trim()) return this.offer(this.more, true);
    this.grid.setAttribute("aria-busy", "true"); // what is shown belongs to other words: Enter must not choose from it
    try {
      const { assets } = await this.server.read("find", { words });
      if (this.input.value === words) this.offer(assets, false);
    } catch (error) {
      if (this.input.value !== words) return;
      this.offer([], false);
      this.grid.replaceChildren(make("p", "hint", `The search failed: ${error.message}`));
    }
  }

  /** Act on a key; true where it was one of ours. */
  key(event, pressed, typing) {
    if (pressed === "escape") {
      this.dialog.close(); // else the search box would take the first press to empty itself
      return true;
    }
    if (typing) {
      const settled = !this.keyed && this.grid.getAttribute("aria-busy") === "false";
      if (pressed !== "enter" || event.repeat || !settled || !this.found.length) return false;
      this.choose(this.found[0].sku);
      return true;
    }
    if (pressed === "/") {
      this.input.focus();
      return true;
    }
    if (event.key.length !== 1 || pressed === " " || event.repeat) return false;
    const now = performance.now();
    const typed = now - this.marked.at < TYPED_WITHIN_MS ? this.marked.typed : "";
    const card = this.keyed && !typed && this.found[LETTERS.indexOf(pressed)] && this.grid.children[LETTERS.indexOf(pressed)];
    if (card) card.focus();
    else this.type(typed + event.key);
    this.marked = card ? { typed: event.key, at: now } : UNMARKED;
    return true;
  }

  /** Go on in the search box with what was typed beside it. */
  type(text) {
    this.input.value += text;
    this.input.focus();
    this.search();
  }
}
