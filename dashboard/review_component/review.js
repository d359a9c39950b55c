const AHEAD = 3;
const SHOWN = 5;
const OUTBOX = "couture-outbox";
const RETRY_MS = 2000;
const LETTERS = [..."abcdefghijklmnopqrstuvwxy"];
const screens = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  let screen = screens.get(parentElement);
  if (!screen || screen.reviewer !== data.reviewer) {
    screen?.close();
    screen = new Review(parentElement, data);
    screens.set(parentElement, screen);
  }
  return () => {
    screens.delete(parentElement);
    screen.close();
  };
}

class Review {
  constructor(root, data) {
    this.root = root;
    this.reviewer = data.reviewer;
    this.items = [];
    this.history = [];
    this.turn = 0;
    this.loading = false;
    this.open = true;
    this.$ = (selector) => root.querySelector(selector);
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    for (const button of root.querySelectorAll("[data-act]")) {
      button.onclick = () => this.act(button.dataset.act);
    }
    this.$(".find input").oninput = (event) => this.search(event.target.value);
    this.$(".find").onclose = () => (this.$(".find input").value = "");
    this.prepareZoom();
    this.flush();
    this.load();
  }

  close() {
    this.open = false;
    document.removeEventListener("keydown", this.onKey);
    clearTimeout(this.timer);
  }

  // --- the queue -----------------------------------------------------------

  async load() {
    if (this.loading || !this.open) return;
    this.loading = true;
    const waiting = this.outbox().map((event) => event.photo_id);
    const held = [...this.items.map((item) => item.photo_id), ...waiting];
    let more = false;
    const query = new URLSearchParams({ reviewer: this.reviewer, count: AHEAD + 1 - this.items.length, held: JSON.stringify(held) });
    try {
      const answer = await fetch(`couture/review/items?${query}`);
      const body = await answer.json();
      if (!answer.ok) throw new Error(body.error);
      this.notice("");
      const known = new Set([...held, ...this.items.map((item) => item.photo_id)]);
      const fresh = body.items.filter((item) => !known.has(item.photo_id));
      const first = !this.items.length;
      this.items.push(...fresh);
      fresh.forEach((item) => this.preload(item));
      this.counts(body.counts);
      more = fresh.length > 0 && this.items.length <= AHEAD;
      if (first) this.items.length ? this.paint() : this.nothing(body);
    } catch (error) {
      this.notice(`The next photos did not come: ${error.message}. Trying again …`);
      this.timer = setTimeout(() => this.load(), RETRY_MS);
    } finally {
      this.loading = false;
    }
    if (more) this.load();
  }

  preload(item) {
    const urls = [item.image, item.cutout, ...item.candidates.flatMap((c) => [c.reference, ...c.renders.map((r) => r.url)])];
    item.kept = urls.filter(Boolean).map((url) => Object.assign(new Image(), { src: url }));
  }

  counts(counts) {
    this.$(".counts").textContent = `${counts.waiting} waiting · ${counts.decided} decided · ${counts.disputed} disputed`;
  }

  nothing(body) {
    this.shown(false);
    const box = this.$(".empty");
    box.replaceChildren();
    const heading = document.createElement("h2");
    heading.textContent = body.title;
    const text = document.createElement("p");
    text.textContent = body.advice;
    box.append(heading, text);
    this.timer = setTimeout(() => this.load(), 2 * RETRY_MS);
  }

  shown(there) {
    for (const part of [".stage", ".table-wrap", ".actions"]) this.$(part).hidden = !there;
    this.$(".empty").hidden = there;
  }

  // --- painting --------------------------------------------------------------

  paint() {
    const item = this.items[0];
    this.shown(true);
    this.started = performance.now();
    this.turn = 0;
    this.$(".whole").src = item.image;
    this.$(".cutout").src = item.cutout;
    this.$(".photo-id").textContent = item.photo_id;
    this.root.querySelector(".review").dataset.photo = item.photo_id;
    this.$(".candidates").replaceChildren(...item.candidates.map((candidate, at) => this.card(candidate, at)));
    this.$(".attributes").replaceChildren(...this.attributes(item));
    this.send("couture/review/painted", { suggestion_id: item.suggestion_id }).catch(() => {});
  }

  card(candidate, at) {
    const card = make("li", "card");
    card.tabIndex = 0;
    card.setAttribute("role", "button");
    card.setAttribute("aria-label", `Confirm ${candidate.title || candidate.sku}`);
    card.onclick = () => this.decide("match", candidate.sku);
    card.onkeydown = (event) => event.key === "Enter" && this.decide("match", candidate.sku);
    card.append(make("span", "key", `${at + 1}`), picture(candidate.reference, `${candidate.title}, reference`));
    const turn = make("div", "turn");
    if (candidate.renders.length) {
      const image = picture("", `${candidate.title}, 3D render`);
      const caption = make("span", "");
      turn.append(image, caption);
      card.turnTo = (steps) => {
        const count = candidate.renders.length;
        const render = candidate.renders[(((candidate.best + steps) % count) + count) % count];
        image.src = render.url;
        caption.textContent = `${Math.round(render.yaw_deg)}°`;
      };
      card.turnTo(0);
    } else {
      turn.append(make("div", "none", "no render"));
    }
    const text = make("div", "text");
    text.append(make("div", "title", candidate.title || candidate.sku), make("div", "sku", candidate.sku));
    card.append(turn, text, this.why(candidate));
    return card;
  }

  why(candidate) {
    const box = make("div", "why");
    box.append(make("div", "title", `${Math.round(candidate.confidence * 100)} % sure`));
    const most = Math.max(...candidate.contributions.map((part) => Math.abs(part.value)), 1e-9);
    for (const part of candidate.contributions) {
      const row = make("div", "row");
      const track = make("div", part.value < 0 ? "track minus" : "track");
      track.style.backgroundSize = `${(100 * Math.abs(part.value)) / most}% 100%`;
      const label = make("div", "", part.channel);
      label.append(track);
      row.append(label, make("span", "", part.value.toFixed(2)));
      box.append(row);
    }
    return box;
  }

  attributes(item) {
    if (!item.candidates.length) return [];
    return item.candidates[0].attributes.map(({ attribute, photo }, at) => {
      const row = make("tr", "");
      const own = make("th", "");
      own.scope = "row";
      own.append(make("span", "name", attribute), make("span", "own", photo || "–"));
      row.append(own);
      for (const candidate of item.candidates) {
        const cell = candidate.attributes[at];
        row.append(make("td", cell.differs ? "differs" : "", cell.asset || "–"));
      }
      for (let empty = item.candidates.length; empty < SHOWN; empty++) row.append(make("td", ""));
      return row;
    });
  }

  // --- decisions -------------------------------------------------------------

  decide(verdict, sku = null) {
    const item = this.items[0];
    if (!item) return;
    const event = {
      event_id: crypto.randomUUID(),
      photo_id: item.photo_id,
      suggestion_id: item.suggestion_id,
      reviewer: this.reviewer,
      verdict,
      sku,
      seconds: Math.round(performance.now() - this.started) / 1000,
      at: new Date().toISOString(),
    };
    this.closeDialogs();
    this.post(event);
    this.history.push({ event, item: this.items.shift() });
    this.items.length ? this.paint() : this.shown(false);
    this.load();
  }

  async undo() {
    let last = this.history.pop();
    if (!last) {
      const answer = await fetch(`couture/review/last?${new URLSearchParams({ reviewer: this.reviewer })}`);
      const body = await answer.json();
      if (!body.event) return this.notice("There is nothing of yours to undo.");
      last = { event: body.event, item: body.item };
    }
    this.post({
      event_id: crypto.randomUUID(),
      photo_id: last.event.photo_id,
      suggestion_id: null,
      reviewer: this.reviewer,
      verdict: "withdrawn",
      sku: null,
      withdraws: last.event.event_id,
      seconds: null,
      at: new Date().toISOString(),
    });
    this.items = [last.item, ...this.items.filter((item) => item.photo_id !== last.item.photo_id)];
    this.paint();
  }

  post(event) {
    this.keep([...this.outbox(), event]);
    this.flush();
  }

  outbox() {
    return JSON.parse(localStorage.getItem(OUTBOX) || "[]");
  }

  keep(events) {
    localStorage.setItem(OUTBOX, JSON.stringify(events));
    this.mark(events.length ? "saving" : "saved", events.length);
  }

  mark(state, count = 0) {
    const mark = this.$(".mark");
    mark.dataset.state = state;
    mark.textContent = { saved: "saved", saving: `saving ${count}`, offline: `offline, ${count} waiting` }[state];
  }

  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    try {
      let events;
      while ((events = this.outbox()).length) {
        const event = events[0];
        const answer = await this.send("couture/review/decisions", event);
        const body = await answer.json().catch(() => ({}));
        if (answer.status >= 500) throw new Error(body.error || "server error");
        if (!answer.ok) this.notice(`Not stored: ${event.photo_id} as ${event.verdict}. ${body.error}`);
        else if (body.counts) this.counts(body.counts);
        this.keep(this.outbox().filter((kept) => kept.event_id !== event.event_id));
      }
      this.mark("saved");
    } catch {
      this.mark("offline", this.outbox().length);
      setTimeout(() => this.flush(), RETRY_MS);
    } finally {
      this.flushing = false;
    }
    if (this.open && !this.items.length) this.load();
  }

  send(url, body) {
    return fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), keepalive: true });
  }

  // --- keys, find, zoom --------------------------------------------------------

  key(event) {
    const typing = event.composedPath().some((node) => ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName) || node.isContentEditable);
    if (event.ctrlKey || event.metaKey || event.altKey || !this.open) return;
    const pressed = event.key.toLowerCase();
    if (this.$(".find").open) return this.findKey(event, pressed, typing);
    if (this.$(".zoom").open) return this.zoomKey(pressed);
    if (typing || this.$(".help").open || event.repeat) return;
    const acts = { f: "find", n: "not_in_dam", l: "not_listed", x: "unusable", s: "skip", u: "undo", w: "why", z: "zoom", "?": "help" };
    if (/^[1-5]$/.test(pressed)) {
      const candidate = this.items[0]?.candidates[pressed - 1];
      if (candidate) this.decide("match", candidate.sku);
    } else if (pressed === "arrowleft" || pressed === "arrowright") {
      this.turn += pressed === "arrowleft" ? -1 : 1;
      for (const card of this.root.querySelectorAll(".card")) card.turnTo?.(this.turn);
    } else if (acts[pressed]) {
      this.act(acts[pressed]);
    } else return;
    event.preventDefault();
  }

  act(name) {
    if (name === "find") this.openFind();
    else if (name === "zoom") this.openZoom(0);
    else if (name === "help") this.$(".help").showModal();
    else if (name === "why") this.$(".review").classList.toggle("explained");
    else if (name === "undo") this.undo();
    else this.decide(name);
  }

  openFind() {
    if (!this.items.length) return;
    this.offer(this.items[0].more);
    this.$(".find").showModal();
    this.$(".find .grid").focus();
    this.$(".find input").blur();
  }

  offer(found) {
    this.found = found;
    const cards = found.map((asset, at) => {
      const card = make("button", "card");
      card.type = "button";
      card.onclick = () => this.decide("match", asset.sku);
      const text = make("div", "text");
      text.append(make("div", "title", asset.title || asset.sku), make("div", "sku", asset.sku));
      card.append(make("span", "key", (LETTERS[at] || "").toUpperCase()), picture(asset.reference, asset.title), text);
      return card;
    });
    this.$(".find .grid").replaceChildren(...(cards.length ? cards : [make("p", "hint", "Nothing in the catalogue has these words.")]));
  }

  findKey(event, pressed, typing) {
    const input = this.$(".find input");
    if (event.key === "Escape") {
      event.preventDefault(); // else the search box would take the first press to empty itself
      return this.$(".find").close();
    }
    if (typing) {
      if (event.key === "Enter" && this.found?.length) {
        event.preventDefault();
        this.decide("match", this.found[0].sku);
      }
      return;
    }
    if (pressed === "/") {
      event.preventDefault();
      input.focus();
      return;
    }
    const asset = this.found?.[LETTERS.indexOf(pressed)];
    if (asset && LETTERS.includes(pressed)) {
      event.preventDefault();
      this.decide("match", asset.sku);
    }
  }

  async search(words) {
    if (!words.trim()) return this.offer(this.items[0].more);
    const answer = await fetch(`couture/review/find?${new URLSearchParams({ words })}`);
    const body = await answer.json();
    if (this.$(".find input").value === words) this.offer(body.assets);
  }

  prepareZoom() {
    this.view = { x: 0, y: 0, scale: 1 };
    const images = [...this.root.querySelectorAll(".pane img")];
    const apply = () => images.forEach((image) => (image.style.transform = `translate(${this.view.x}px, ${this.view.y}px) scale(${this.view.scale})`));
    this.resetZoom = () => {
      this.view = { x: 0, y: 0, scale: 1 };
      apply();
    };
    for (const pane of this.root.querySelectorAll(".pane")) {
      pane.onwheel = (event) => {
        event.preventDefault();
        const box = pane.getBoundingClientRect();
        const factor = Math.exp(-event.deltaY / 400);
        const scale = Math.min(12, Math.max(1, this.view.scale * factor));
        const ratio = scale / this.view.scale;
        const [x, y] = [event.clientX - box.left, event.clientY - box.top];
        this.view = { x: x - (x - this.view.x) * ratio, y: y - (y - this.view.y) * ratio, scale };
        apply();
      };
      pane.onpointermove = (event) => {
        if (!event.buttons) return;
        this.view = { ...this.view, x: this.view.x + event.movementX, y: this.view.y + event.movementY };
        apply();
      };
    }
  }

  openZoom(at) {
    const item = this.items[0];
    if (!item) return;
    const [photo, other] = this.root.querySelectorAll(".pane img");
    photo.src = item.image;
    other.src = item.candidates[at]?.reference || "";
    this.resetZoom();
    if (!this.$(".zoom").open) this.$(".zoom").showModal();
  }

  zoomKey(pressed) {
    if (/^[1-5]$/.test(pressed)) this.openZoom(pressed - 1);
    if (pressed === "z") this.$(".zoom").close();
  }

  closeDialogs() {
    for (const dialog of this.root.querySelectorAll("dialog[open]")) dialog.close();
  }

  notice(text) {
    const box = this.$(".notice");
    box.textContent = text;
    box.hidden = !text;
  }
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function picture(url, alt) {
  const image = make("img", "");
  if (url) image.src = url;
  image.alt = alt;
  image.decoding = "sync";
  return image;
}
