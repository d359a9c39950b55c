/** How far an arrow key goes, in shares of the picture; and the smallest side that a box may have. */
const NUDGE = 0.01;
const LEAST = 0.02;
const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** A picture with a box that is drawn, moved and resized on it, by mouse, finger or keys. Boxes are [left, top, right, bottom] in shares. */
export class CropFrame {
  constructor(root, { changed, apply, leave }) {
    this.root = root;
    this.on = { changed, apply, leave };
    this.box = null;
    this.image = root.appendChild(document.createElement("img"));
    this.image.draggable = false;
    this.area = root.appendChild(document.createElement("div"));
    this.area.className = "crop-area";
    this.area.tabIndex = 0;
    this.area.setAttribute("role", "application");
    this.area.hidden = true;
    for (const name of HANDLES) {
      const handle = this.area.appendChild(document.createElement("i"));
      handle.dataset.handle = name;
    }
    this.said = root.appendChild(document.createElement("span"));
    this.said.className = "crop-said";
    this.said.setAttribute("aria-live", "polite");
    root.addEventListener("pointerdown", (event) => this.press(event));
    root.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) root.addEventListener(name, (event) => this.release(event));
    this.area.addEventListener("keydown", (event) => this.key(event));
  }

  show(src, alt) {
    if (this.image.getAttribute("src") !== src) this.image.src = src;
    this.image.alt = alt;
  }

  /** Put the box somewhere, or take it away. Through one that is only offered a new one may be drawn; a person's own is moved. */
  set(box, offered = false) {
    this.box = box && tidy(box);
    this.offered = offered;
    this.area.classList.toggle("offered", offered);
    this.area.hidden = !this.box;
    if (!this.box) return;
    const [left, top, right, bottom] = this.box.map((side) => 100 * side);
    Object.assign(this.area.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    const words = `Crop from ${Math.round(left)} to ${Math.round(right)} % across and ${Math.round(top)} to ${Math.round(bottom)} % down.`;
    this.area.setAttribute("aria-label", `${words} Arrows move it, Shift with arrows resizes it, Enter uses it, Escape leaves.`);
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  // --- by mouse or finger -------------------------------------------------------------

  press(event) {
    if (event.button > 0) return;
    event.preventDefault();
    const start = this.place(event);
    const handle = event.target.dataset.handle;
    const moved = !handle && event.target === this.area && this.box && !this.offered;
    this.held = { start, handle, before: handle || moved ? this.box : null };
    this.root.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.held) return;
    const { start, handle, before } = this.held;
    const [x, y] = this.place(event);
    const [across, down] = [x - start[0], y - start[1]];
    if (before && !handle) this.set(shifted(before, across, down));
    else if (before) this.set(stretched(before, handle, across, down));
    else if (Math.abs(across) > LEAST / 2 || Math.abs(down) > LEAST / 2) this.set([start[0], start[1], x, y]);
    else return;
    this.held.moved = true;
  }

  release() {
    const moved = this.held?.moved;
    this.held = null;
    if (!this.box) return;
    this.focus();
    if (moved) this.on.changed(this.box);
  }

  /** Where in the picture a pointer is. */
  place(event) {
    const { left, top, width, height } = this.image.getBoundingClientRect();
    return [bounded((event.clientX - left) / width), bounded((event.clientY - top) / height)];
  }

  // --- by keys ------------------------------------------------------------------------

  key(event) {
    const arrow = ARROWS[event.key];
    if (arrow && this.box && !event.ctrlKey && !event.metaKey) {
      const step = NUDGE * (event.altKey ? 5 : 1);
      const [across, down] = [arrow[0] * step, arrow[1] * step];
      this.set(event.shiftKey ? stretched(this.box, "se", across, down) : shifted(this.box, across, down));
      this.said.textContent = this.area.getAttribute("aria-label").split(". ")[0];
      this.on.changed(this.box);
    } else if (event.key === "Enter") {
      if (!event.repeat) this.on.apply(); // held down, it is still the key that opened this
    } else if (event.key === "Escape") this.on.leave();
    else return;
    event.preventDefault();
    event.stopPropagation(); // no key of the page around this acts as well
  }
}

function bounded(share) {
  return Math.min(1, Math.max(0, share));
}

/** Move a box as it is, as far as the picture goes. */
function shifted([left, top, right, bottom], across, down) {
  const x = Math.min(1 - right, Math.max(-left, across));
  const y = Math.min(1 - bottom, Math.max(-top, down));
  return [left + x, top + y, right + x, bottom + y];
}

/** Move the sides of a box that a handle names. */
function stretched([left, top, right, bottom], handle, across, down) {
  return [
    handle.includes("w") ? Math.min(left + across, right - LEAST) : left,
    handle.includes("n") ? Math.min(top + down, bottom - LEAST) : top,
    handle.includes("e") ? Math.max(right + across, left + LEAST) : right,
    handle.includes("s") ? Math.max(bottom + down, top + LEAST) : bottom,
  ];
}

/** Put sides in order, inside of the picture and no nearer than the least. */
function tidy([x, y, otherX, otherY]) {
  const left = Math.min(bounded(Math.min(x, otherX)), 1 - LEAST);
  const top = Math.min(bounded(Math.min(y, otherY)), 1 - LEAST);
  return [left, top, Math.max(bounded(Math.max(x, otherX)), left + LEAST), Math.max(bounded(Math.max(y, otherY)), top + LEAST)];
}
