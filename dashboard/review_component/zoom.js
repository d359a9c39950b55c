import { around, yawWords } from "./cards.js";
import { button } from "./dom.js";
import { Frame } from "./frame.js";
import { Lines } from "./lines.js";

const STEP = 1.4;

/** The dialog that compares the photo with a candidate: side by side, or one over the other. No key of it decides. */
export class Zoom {
  constructor(dialog, server, choose) {
    this.dialog = dialog;
    this.$ = (selector) => dialog.querySelector(selector);
    this.lines = new Lines(this.$(".pair"), server);
    this.frame = new Frame(this.$(".pair"), () => this.lines.draw(this.frame));
    this.captions = [...dialog.querySelectorAll("figcaption")];
    this.acts = {
      left: () => this.turn(-1),
      right: () => this.turn(1),
      in: () => this.frame.zoomBy(STEP),
      out: () => this.frame.zoomBy(1 / STEP),
      fit: () => this.frame.fit(),
      overlay: () => this.setOverlay(!this.overlay),
      cut: () => this.setCut(!this.cut),
      why: () => this.toggleWhy(),
      confirm: () => this.candidate && choose(this.candidate.sku),
    };
    for (const control of dialog.querySelectorAll("[data-zoom]")) control.onclick = () => this.acts[control.dataset.zoom]();
    for (const image of this.frame.images) image.onload = () => this.lines.draw(this.frame);
  }

  open(item, at) {
    this.item = item;
    this.cut = false;
    const made = item.candidates.map((candidate, place) =>
      button("", `${place + 1}`, `Compare with ${candidate.title || candidate.sku}`, () => this.choose(place)),
    );
    this.$(".choices").replaceChildren(...made);
    this.choose(at);
    if (!this.dialog.open) this.dialog.showModal();
    this.setOverlay(false);
    this.$(".pair").focus(); // no button: Enter shall do nothing that was not chosen
  }

  // --- what is compared ---------------------------------------------------------------

  choose(at) {
    this.candidate = this.item.candidates[at];
    this.place = 0;
    this.forgetLines();
    [...this.$(".choices").children].forEach((choice, own) => choice.setAttribute("aria-pressed", own === at));
    this.$(".zoom-title").textContent = this.candidate ? this.candidate.title || this.candidate.sku : "";
    this.$(".zoom-title").title = this.candidate?.sku || "";
    this.show();
  }

  /** The reference first, then the renders from the one nearest to the photo's view on. */
  pictures() {
    const { reference = "", renders = [], best = 0 } = this.candidate || {};
    const turned = renders.map((_, step) => renders[around(best + step, renders.length)]);
    const shown = turned.map((render) => ({ url: render.url, name: `render, ${yawWords(render)}` }));
    return reference || !shown.length ? [{ url: reference, name: reference ? "reference" : "no picture" }, ...shown] : shown;
  }

  show() {
    const { found } = this.lines;
    const shown = found ? { url: found.view, name: "the picture that matched" } : this.pictures()[this.place];
    this.put(0, this.cut ? this.item.cutout : found?.photo || this.item.image, `${this.item.photo_id}${this.cut ? ", cut-out" : ""}`);
    this.put(1, this.cut ? cutout(shown.url) : shown.url, shown.name);
  }

  put(at, url, name) {
    const image = this.frame.images[at];
    this.captions[at].textContent = name;
    image.hidden = !url;
    if (url && image.getAttribute("src") !== url) image.src = url;
  }

  turn(step) {
    this.place = this.lines.found ? 0 : around(this.place + step, this.pictures().length);
    this.forgetLines();
    this.show();
  }

  setCut(cut) {
    this.cut = cut;
    this.forgetLines();
    this.pressed("cut", cut);
    this.show();
  }

  /** Lay one over the other. Without background both fill the frame, so that they lie on each other as well as they can. */
  setOverlay(overlay) {
    this.overlay = overlay;
    this.pressed("overlay", overlay);
    this.frame.setOverlay(overlay);
    this.setCut(overlay);
  }

  async toggleWhy() {
    if (this.lines.on || !this.candidate) {
      this.forgetLines();
      return this.show();
    }
    if (this.overlay || this.cut) this.setOverlay(false);
    this.pressed("why", true);
    if (!(await this.lines.look(this.item.photo_id, this.candidate.sku))) return;
    this.show();
    this.lines.draw(this.frame);
  }

  forgetLines() {
    this.lines.clear();
    this.pressed("why", false);
  }

  pressed(name, on) {
    this.$(`[data-zoom="${name}"]`).setAttribute("aria-pressed", on);
  }

  /** Act on a key; true where it was one of ours. */
  key(event, pressed) {
    const step = { arrowleft: -1, arrowright: 1 }[pressed];
    if (step && event.composedPath()[0] === this.frame.divider) this.frame.divide(this.frame.divided + 2 * step);
    else if (step) this.turn(step);
    else if (pressed === "+" || pressed === "=") this.acts.in();
    else if (pressed === "-") this.acts.out();
    else if (pressed === "0") this.acts.fit();
    else if (event.repeat) return false;
    else if (/^[1-5]$/.test(pressed)) this.item.candidates[pressed - 1] && this.choose(pressed - 1);
    else if (pressed === "o") this.acts.overlay();
    else if (pressed === "b") this.acts.cut();
    else if (pressed === "w") this.acts.why();
    else if (pressed === "z") this.dialog.close();
    else return false;
    return true;
  }
}

/** The address of a picture without its background. */
function cutout(url) {
  return url.replace("couture/pictures/", "couture/cutouts/").replace(/\?.*$/, "");
}
