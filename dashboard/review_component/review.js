import { Burst } from "./burst.js";
import { candidateCards } from "./cards.js";
import { Crop } from "./crop.js";
import { button, make, randomId } from "./dom.js";
import { Find } from "./find.js";
import { History } from "./history.js";
import { Host } from "./host.js";
import { isTyping, named } from "./keys.js";
import { Notices } from "./notices.js";
import { decides, nameOf, Outbox } from "./outbox.js";
import { Order } from "./order.js";
import { Queue } from "./queue.js";
import { sayReopened } from "./reopened.js";
import { Server } from "./server.js";
import { tabName } from "./shelf.js";
import { Week } from "./week.js";
import { Words } from "./words.js";
import { Zoom } from "./zoom.js";

const DOUBLE_CLICK_MS = 400;

/** Nobody reads five candidates and answers sooner: a key or click that soon after they came means those before them. */
const REACTION_MS = 400;
const HELD_MS = 150;
const ACTS = { f: "find", n: "not_in_dam", l: "not_listed", x: "unusable", s: "skip", u: "undo", e: "words", b: "burst", k: "crop", w: "why", z: "zoom", "?": "help" };
const TURNS = { arrowleft: "left", arrowright: "right" };
const screens = new WeakMap();

/** Called at each run of the page's script; the screen lives on between them. */
export default function (component) {
  const { parentElement, data } = component;
  let screen = screens.get(parentElement);
  if (!screen || screen.closed || screen.reviewer !== data.reviewer) {
    screen?.close();
    screen = new Review(parentElement, data);
    screens.set(parentElement, screen);
  }
  screen.renew(data.token || "");
  // a run that was overtaken by the next one is cleaned up too, while the screen is still there
  return () => parentElement.host?.isConnected || screen.close();
}

class Review {
  constructor(root, data) {
    this.root = root;
    this.reviewer = data.reviewer;
    this.token = data.token || "";
    this.exposed = [];
    this.holding = new Map();
    this.notices = new Notices(root);
    this.$ = (selector) => root.querySelector(selector);
    this.start();
  }

  async start() {
    this.tab = await tabName(randomId());
    if (this.closed) return;
    this.server = new Server(this.reviewer, this.tab, this.token);
    this.outbox = new Outbox(this.server, {
      mark: (state, count, reason) => this.marked(state, count, reason),
      stored: (event, body) => this.stored(event, body),
      refused: (event) => this.refusals(event),
      elsewhere: (event) => this.elsewhere(event),
      volatile: () => this.notices.warn("This browser stores nothing for this page. Keep it open until everything is saved."),
    });
    this.order = new Order(this.root, this.server, () => this.queue.reorder());
    this.queue = new Queue(this.server, this.outbox, this.order, {
      ready: () => this.paint(),
      ahead: (count) => (this.$(".review").dataset.ahead = count),
      told: (body) => this.told(body),
      empty: (body) => this.nothing(body),
      lost: (photos) => this.burst.leave(photos),
      trouble: (reason) => this.notices.trouble(reason),
    });
    this.history = new History(this.server, this.outbox, {
      said: (text) => this.notices.toast(text),
      undone: (events, item) => this.withdraw(events, item),
      unsaid: (event) => (event.crop ? this.crop.undo(event) : this.words.takeBack(event)),
    });
    this.words = new Words(this.$(".attributes"), this.server, {
      post: (said) => this.post(said.photo_id ?? null, said),
      items: () => [...this.queue.items, ...this.history.items],
      corrected: (event) => this.history.addAside(event),
      takenBack: (event) => this.history.forget([{ event_id: event.withdraws }]),
    });
    this.crop = new Crop(this.root, this.server, {
      post: (photo_id, said) => this.post(photo_id, said),
      cropped: (event) => this.history.addAside(event),
      takenBack: (event) => this.history.forget([{ event_id: event.withdraws }]),
      picked: (photo_id) => [...this.queue.items, ...this.history.items].find((item) => item.photo_id === photo_id)?.picked,
      ranked: (item) => this.ranked(item),
      said: (text) => this.notices.toast(text),
    });
    this.burst = new Burst(this.$(".burst"), (text) => this.notices.toast(text));
    this.find = new Find(this.$(".find"), this.server, (sku) => this.decide("match", sku));
    this.week = new Week(this.$(".week"), this.server);
    this.zoom = new Zoom(this.$(".zoom"), this.server, (sku) => this.decide("match", sku));
    this.listen();
    this.refusals();
    this.queue.load();
    this.outbox.flush();
  }

  listen() {
    this.onKey = (event) => this.key(event);
    this.host = new Host();
    // before everything else: when a hand moved, not when this page came to it, says what was seen then
    this.onMove = (event) => (this.moved = event.timeStamp);
    for (const name of ["keydown", "click"]) window.addEventListener(name, this.onMove, true);
    window.addEventListener("keydown", this.onKey, true);
    // Streamlit takes C and R for itself, and cannot see that somebody types behind a shadow root
    this.root.onkeydown = (event) => isTyping(event) && event.stopPropagation();
    this.onPointer = (event) => (this.pressing = event.type === "pointerdown");
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) window.addEventListener(name, this.onPointer, true);
    for (const control of this.root.querySelectorAll("[data-act]")) {
      control.onclick = (event) => this.twice(event) || this.act(control.dataset.act);
    }
    this.$(".candidates").addEventListener("click", (event) => this.twice(event) && event.stopPropagation(), true);
    this.$(".refused-open").onclick = () => this.notices.listRefused(this.outbox.refused.all());
    this.$(".refused-clear").onclick = () => this.clearRefused();
  }

  close() {
    this.closed = true;
    for (const name of ["keydown", "click"]) window.removeEventListener(name, this.onMove, true);
    window.removeEventListener("keydown", this.onKey, true);
    for (const name of ["pointerdown", "pointerup", "pointercancel"]) window.removeEventListener(name, this.onPointer, true);
    for (const timer of this.holding.values()) clearTimeout(timer);
    this.crop?.close();
    this.host?.close();
    this.queue?.close();
    this.outbox?.close();
    screens.delete(this.root);
  }

  /** Take the token of the newest run. A run also means that the server is there: what could not be sent can be now. */
  renew(token) {
    this.token = token;
    if (!this.server) return;
    this.server.token = token;
    if (this.outbox.trouble) this.outbox.hurry();
    this.queue.load();
  }

  // --- painting ---------------------------------------------------------------------

  /** Paint the first photo, all at once: when this returns, it is what a key decides. */
  paint() {
    const item = this.queue.current;
    this.painted = this.before = null;
    this.notices.trouble("");
    this.shown(true);
    this.$(".review").classList.remove("explained");
    this.$(".whole").src = item.image;
    this.$(".photo-id").textContent = item.photo_id;
    sayReopened(this.$(".reopened"), item.reopened);
    this.burst.show(item, this.history.photos);
    this.paintCandidates(item);
    this.$(".review").dataset.photo = item.photo_id;
    this.painted = item.photo_id;
    this.started = performance.now();
  }

  /** Paint what a ranking says of the photo on the screen. */
  paintCandidates(item) {
    const focused = this.focusedCard();
    this.turn = 0;
    this.$(".cutout").src = item.cutout;
    this.crop.show(item);
    const cards = candidateCards(item, { choose: (at) => this.choose(at), compare: (at) => this.zoom.open(item, at), judge: (said) => this.judge(said) });
    this.$(".candidates").replaceChildren(...cards);
    this.words.show(item);
    if (focused >= 0) cards[focused]?.querySelector(".key").focus();
    this.expose({ suggestion_id: item.suggestion_id, exposure: item.exposure });
  }

  /** A photo was ranked again by its crop: on the screen it changes when no hand is at work on it. */
  ranked(item) {
    clearTimeout(this.holding.get(item.photo_id));
    if (this.queue.current?.photo_id !== item.photo_id) {
      this.queue.replace([item]);
      this.history.replace(item);
    } else if (this.pressing || this.root.querySelector("dialog[open], .correct")) {
      this.holding.set(item.photo_id, setTimeout(() => this.ranked(item), HELD_MS));
    } else {
      this.before = this.queue.current;
      this.queue.putAgain(item);
      this.paintCandidates(item);
      this.changed = performance.now();
    }
  }

  /** The item that a key or click is about. */
  get meant() {
    return this.before && this.moved - this.changed < REACTION_MS ? this.before : this.queue.current;
  }

  /** Have it recorded that this was shown; what the network swallows is told again after the next decision. */
  expose(...shown) {
    for (const said of shown) this.server.tell("painted", said).catch(() => this.exposed.push(said));
  }

  marked(state, count, reason) {
    const back = this.state === "offline" && state !== "offline";
    this.state = state;
    this.notices.mark(state, count, reason);
    if (back) this.repair();
  }

  /** Ask again for pictures that did not come while the network was gone. */
  repair() {
    this.queue.warm();
    const broken = [...this.root.querySelectorAll("img[src]")].filter((image) => image.complete && !image.naturalWidth);
    for (const image of broken) image.src = image.getAttribute("src");
  }

  /** Which card has the focus; −1 where none: whoever works with the Tab key stays where they are. */
  focusedCard() {
    return [...this.$(".candidates").children].findIndex((card) => card.contains(this.root.activeElement));
  }

  shown(there) {
    if (!there) this.painted = null;
    for (const part of [".stage", ".table-wrap", ".actions"]) this.$(part).hidden = !there;
    this.$(".empty").hidden = there;
    if (!there) this.$(".empty").replaceChildren(make("p", "", "The next photo comes …"));
  }

  nothing(body) {
    this.shown(false);
    delete this.$(".review").dataset.photo;
    const parts = [make("h2", "", body.title), make("p", "", body.advice)]; // says too what others hold
    if (this.history.length || body.counts.decided) parts.push(button("", "Undo the last decision", "Undo the last decision", () => this.history.undo()));
    this.$(".empty").replaceChildren(...parts);
  }

  told(body) {
    this.order.learn();
    this.notices.trouble("");
    this.notices.counts(body.counts);
    this.notices.held(body);
  }

  // --- decisions --------------------------------------------------------------------

  /** Confirm the candidate at a place. */
  choose(at) {
    const candidate = this.meant?.candidates[at];
    if (!candidate) return;
    if (this.meant !== this.queue.current) this.notices.toast(`Confirmed ${candidate.sku}, as it stood there until now. U takes it back.`);
    this.decide("match", candidate.sku);
  }

  decide(verdict, sku = null) {
    const item = this.meant;
    if (!item || this.painted !== item.photo_id) return;
    const others = this.burst.others;
    const shared = { verdict, sku, at: new Date().toISOString(), ...(others.length && { note: `burst:${item.photo_id}` }) };
    const said = this.post(item.photo_id, { ...shared, suggestion_id: item.suggestion_id, seconds: this.seconds() });
    const more = others.map((photo_id) => this.post(photo_id, shared));
    this.closeDialogs();
    this.queue.settle(others);
    this.history.add(said, this.queue.advance(), more);
    if (more.length) this.notices.toast(`Decided for all ${more.length + 1} photos of the burst. U takes it back.`);
    if (this.queue.current) this.paint();
    else this.shown(false);
  }

  /** Have a word on 3D renders stored. What is on the screen stays as it is; what comes next is ranked by it. */
  async judge(said) {
    try {
      const state = await this.server.tell("renders", said);
      this.queue.rerank();
      return state;
    } catch (error) {
      this.notices.toast(`Not stored: ${error.message}`);
      return null;
    }
  }

  post(photo_id, said) {
    const own = { event_id: randomId(), photo_id, reviewer: this.reviewer, tab: this.tab, at: new Date().toISOString() };
    return this.outbox.post({ suggestion_id: null, sku: null, seconds: null, ...own, ...said });
  }

  seconds() {
    return Math.round(performance.now() - this.started) / 1000;
  }

  /** Take a decision back, that of a whole burst photo by photo, and show its photo again. */
  withdraw(events, item) {
    this.closeDialogs();
    for (const event of events) this.post(event.photo_id, { verdict: "withdrawn", withdraws: event.event_id });
    this.queue.putFirst(item);
    this.paint();
  }

  stored(event, body) {
    if (event.crop) this.crop.stored(event);
    if (event.attribute) this.words.settled(event, body.standing);
    if (body.counts) this.notices.counts(body.counts);
    this.expose(...this.exposed.splice(0));
    this.queue.rerank();
    this.queue.load();
  }

  /** Another tab of this browser put an event, or one was stored. */
  elsewhere(event) {
    const waiting = this.outbox.events().filter((one) => one.crop);
    this.crop.sentElsewhere(new Set(waiting.map((one) => one.photo_id)));
    if (!event || !decides(event)) return this.queue.rerank();
    this.queue.forget(event.photo_id);
    this.burst.leave(new Set([event.photo_id]));
  }

  /** Tell what was refused; it can be undone no more. */
  refusals(refusedNow) {
    if (refusedNow?.attribute) this.words.settled(refusedNow, null);
    if (refusedNow?.crop) this.crop.refused(refusedNow);
    const refused = this.outbox.refused.all();
    this.history.forget(refused.map((one) => one.event));
    this.notices.refusals(refused);
  }

  clearRefused() {
    for (const { event } of this.outbox.refused.all()) this.outbox.refused.drop(nameOf(event));
    this.refusals();
  }

  // --- keys and buttons -------------------------------------------------------------

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.host.covered) return;
    const [pressed, typing] = [named(event), isTyping(event)];
    // a letter that means nothing here must not reach Streamlit either: C would offer to empty its caches
    if (this.ours(event, pressed, typing) || (!typing && /^[a-z]$/.test(pressed))) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Act on a key; true where it was one of ours. */
  ours(event, pressed, typing) {
    if (this.find.dialog.open) return this.find.key(event, pressed, typing);
    if (this.zoom.dialog.open) return this.zoom.key(event, pressed);
    if (this.crop.dialog.open) return this.crop.key(event, pressed);
    if (this.root.querySelector("dialog[open]") || typing) return false;
    if (this.words.begin(event, pressed)) return true;
    if (event.repeat && (pressed === "enter" || pressed === " ")) return event.composedPath().includes(this.$(".review"));
    const place = /^[1-5]$/.test(pressed) && this.meant?.candidates[pressed - 1] ? pressed - 1 : -1;
    const act = ACTS[pressed] || TURNS[pressed];
    if (place < 0 && !act) return false;
    if (event.repeat && !TURNS[pressed]) return true;
    if (this.early(event)) return true;
    if (place >= 0) this.choose(place);
    else this.act(act);
    return true;
  }

  /** A key that was pressed before this photo was there meant another one, and decides nothing. */
  early(event) {
    if (!this.painted || event.timeStamp >= this.started) return false;
    this.notices.toast("That key came before this photo did, and decided nothing.");
    return true;
  }

  /** The second click of a double click meant what was there before. */
  twice(event) {
    return event.detail > 1 && performance.now() - this.started < DOUBLE_CLICK_MS;
  }

  act(name) {
    if (name === "help") this.$(".help").showModal();
    else if (name === "week") this.week.open();
    else if (name === "undo") this.history.undo();
    else if (name === "reload") location.reload();
    else if (!this.painted) return;
    else if (name === "find") this.find.open(this.meant);
    else if (name === "zoom") this.zoom.open(this.meant, 0);
    else if (name === "crop") this.crop.open(this.queue.current);
    else if (name === "burst") this.burst.toggle();
    else if (name === "words") this.words.next();
    else if (name === "why") this.$(".review").classList.toggle("explained");
    else if (name === "left" || name === "right") this.turnBy(name === "left" ? -1 : 1);
    else this.decide(name);
  }

  turnBy(step) {
    this.turn += step;
    for (const card of this.$(".candidates").children) card.turnTo?.(this.turn);
  }

  closeDialogs() {
    for (const dialog of this.root.querySelectorAll("dialog[open]")) dialog.close();
  }
}
