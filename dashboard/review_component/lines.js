const SVG = "http://www.w3.org/2000/svg";
const MOST_LINES = 80;

/** Why: the details that match, as lines between the two pictures of a frame. */
export class Lines {
  constructor(pair, server) {
    this.svg = pair.querySelector(".lines");
    this.word = pair.querySelector(".word");
    this.server = server;
    this.clear();
  }

  get on() {
    return Boolean(this.found || this.looking);
  }

  /** Ask what matches between a photo and an asset; true where there is something to draw, unless it was cleared meanwhile. */
  async look(photo_id, sku) {
    const asked = (this.looking = {});
    this.say("Looking for details that match …");
    try {
      const found = await this.server.read("geometry", { photo_id, sku });
      if (this.looking !== asked) return false;
      const count = found.pairs.length;
      this.say(count ? `${count} details match` : "No details match: the ranking goes by colour and shape alone");
      if (count) this.found = found;
      return count > 0;
    } catch (error) {
      if (this.looking === asked) this.say(`The matching details did not come: ${error.message}`);
      return false;
    }
  }

  clear() {
    this.found = this.looking = null;
    this.say("");
    this.svg.replaceChildren();
  }

  say(words) {
    this.word.textContent = words;
    this.word.hidden = !words;
  }

  /** Draw what is in sight at both ends, evenly chosen where it is too much. */
  draw(frame) {
    if (!this.found || frame.images.some((image) => !image.complete || !image.naturalWidth)) return this.svg.replaceChildren();
    const every = Math.ceil(this.found.pairs.length / MOST_LINES);
    const made = this.found.pairs
      .filter((_, at) => at % every === 0)
      .map(([x, y, x2, y2]) => [frame.point(0, x, y), frame.point(1, x2, y2)])
      .filter((ends) => ends.every(Boolean))
      .flatMap(([from, to]) => [line("under", from, to), line("over", from, to), dot(from), dot(to)]);
    this.svg.replaceChildren(...made);
  }
}

function line(name, from, to) {
  return shape("line", { class: name, x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
}

function dot([x, y]) {
  return shape("circle", { cx: x, cy: y, r: 3.5 });
}

function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
