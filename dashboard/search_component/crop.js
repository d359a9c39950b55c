import { CropFrame } from "./crop_frame.js";

const screens = new WeakMap();

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  let screen = screens.get(parentElement);
  if (!screen) {
    screen = new Crop(parentElement);
    screens.set(parentElement, screen);
  }
  screen.renew(data, (box) => setStateValue("crop", { box }));
}

/** The photo of a search: the automatic cut-out counts until a person draws a box. */
class Crop {
  constructor(root) {
    this.$ = (name) => root.querySelector(`[data-crop="${name}"]`);
    this.hint = root.querySelector(".crop-hint");
    this.frame = new CropFrame(root.querySelector(".crop-stage"), {
      changed: () => this.show(),
      apply: () => this.apply(),
      leave: () => this.leave(),
    });
    for (const name of ["begin", "apply", "automatic", "leave"]) this.$(name).onclick = () => this[name]();
  }

  /** Take what the server says: the picture, the box that counts, and where the automatic cut-out is. */
  renew(data, tell) {
    this.tell = tell;
    const told = JSON.stringify([data.src.length, data.box]);
    this.start = data.start;
    this.used = data.box;
    this.frame.show(data.src, data.alt);
    if (this.told !== told) this.frame.set(data.box);
    this.told = told;
    this.show();
  }

  show() {
    const drawn = Boolean(this.frame.box);
    const pending = drawn && !same(this.frame.box, this.used);
    this.$("begin").hidden = drawn;
    this.$("apply").hidden = !pending;
    this.$("leave").hidden = !pending;
    this.$("automatic").hidden = !this.used || pending;
    this.hint.textContent = pending
      ? "Arrows move it, Shift and arrows resize it."
      : drawn
        ? "Your crop is searched. Draw another at any time."
        : "Cut out wrongly? Draw a box around the article.";
  }

  begin() {
    this.frame.set(this.start, true);
    this.show();
    this.frame.focus();
  }

  apply() {
    if (!this.frame.box || same(this.frame.box, this.used)) return;
    this.tell(this.frame.box.map((side) => Math.round(side * 10000) / 10000));
  }

  automatic() {
    this.tell(null);
  }

  leave() {
    this.frame.set(this.used);
    this.show();
  }
}

function same(one, other) {
  return Boolean(one && other) && one.every((side, at) => Math.abs(side - other[at]) < 0.0001);
}
