const MOST = 16;
const CLOSER = 3;
const UNMOVED = { x: 0, y: 0, scale: 1 };

/**
 * The two panes of the comparison, moved and zoomed together by wheel, drag and pinch.
 *
 * Both have the same size and one transform, so that a point of the frame is the same place in both pictures. In the overlay
 * they lie on each other, and a divider says how much of the first is seen.
 */
export class Frame {
  constructor(pair, moved) {
    this.pair = pair;
    this.moved = moved;
    this.panes = [...pair.querySelectorAll(".pane")];
    this.images = this.panes.map((pane) => pane.querySelector("img"));
    this.divider = pair.querySelector(".divider");
    this.pointers = new Map();
    this.view = UNMOVED;
    for (const pane of this.panes) this.listen(pane);
    this.listenToDivider();
    new ResizeObserver(() => this.move(this.view)).observe(pair);
  }

  /** Show both whole again. */
  fit() {
    this.move(UNMOVED);
  }

  move({ x, y, scale }) {
    const { clientWidth: width, clientHeight: height } = this.panes[0];
    // the frame's middle stays on the pictures: they cannot be lost
    const inside = (place, size) => Math.min(size / 2, Math.max(size / 2 - size * scale, place));
    this.view = { x: inside(x, width), y: inside(y, height), scale };
    const said = `translate(${this.view.x}px, ${this.view.y}px) scale(${scale})`;
    for (const image of this.images) image.style.transform = said;
    this.moved();
  }

  /** Zoom about a point of the frame; about its middle where none is given. */
  zoomBy(factor, x = this.panes[0].clientWidth / 2, y = this.panes[0].clientHeight / 2) {
    const scale = Math.min(MOST, Math.max(1, this.view.scale * factor));
    if (scale === 1) return this.fit();
    const ratio = scale / this.view.scale;
    this.move({ x: x - (x - this.view.x) * ratio, y: y - (y - this.view.y) * ratio, scale });
  }

  listen(pane) {
    pane.onwheel = (event) => {
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 400), ...within(pane, event));
    };
    pane.ondblclick = (event) => (this.view.scale > 1 ? this.fit() : this.zoomBy(CLOSER, ...within(pane, event)));
    pane.onpointerdown = (event) => {
      pane.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, within(pane, event));
    };
    pane.onpointerup = pane.onpointercancel = (event) => this.pointers.delete(event.pointerId);
    pane.onpointermove = (event) => this.pointers.has(event.pointerId) && this.drag(event.pointerId, within(pane, event));
  }

  /** One pointer moves; two also zoom, by how far they part. */
  drag(pointer, now) {
    const before = [...this.pointers.values()];
    this.pointers.set(pointer, now);
    const after = [...this.pointers.values()];
    const [from, to] = [middle(before), middle(after)];
    this.move({ ...this.view, x: this.view.x + to[0] - from[0], y: this.view.y + to[1] - from[1] });
    if (after.length > 1) this.zoomBy(apart(after) / Math.max(1, apart(before)), ...to);
  }

  setOverlay(overlay) {
    this.pair.classList.toggle("overlay", overlay);
    this.divide(50);
    this.fit();
  }

  listenToDivider() {
    this.divider.onpointerdown = (event) => {
      event.preventDefault(); // no focus, else ← → would move it and turn nothing
      this.divider.setPointerCapture(event.pointerId);
    };
    this.divider.onpointermove = (event) => {
      const box = this.pair.getBoundingClientRect();
      if (this.divider.hasPointerCapture(event.pointerId)) this.divide((100 * (event.clientX - box.left)) / box.width);
    };
  }

  /** Show so many per cent of the first picture. */
  divide(percent) {
    this.divided = Math.min(100, Math.max(0, percent));
    this.pair.style.setProperty("--divider", `${this.divided}%`);
    this.divider.setAttribute("aria-valuenow", Math.round(this.divided));
  }

  /** Where a point of a picture, in fractions of it, lies in the frame; null where it is out of sight. */
  point(at, x, y) {
    const [pane, { naturalWidth: wide, naturalHeight: high }] = [this.panes[at], this.images[at]];
    const { clientWidth: width, clientHeight: height } = pane;
    const fit = Math.min(width / wide, height / high);
    const left = this.view.x + this.view.scale * ((width - wide * fit) / 2 + x * wide * fit);
    const top = this.view.y + this.view.scale * ((height - high * fit) / 2 + y * high * fit);
    if (left < 0 || top < 0 || left > width || top > height) return null;
    return [pane.offsetLeft + left, pane.offsetTop + top];
  }
}

/** Where a pointer is inside of a pane. */
function within(pane, event) {
  const box = pane.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function middle(points) {
  return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}

function apart([one, other]) {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}
