const SOON_MS = 4000;
const SELDOM_MS = 15_000;
const RENEW_MS = 30_000;
const GIVEN_BACK_MS = 5000;

/**
 * How far ahead. Pictures are loaded for the next three: whoever looks before deciding never waits for one, and 3 items of 13
 * pictures are about 2 MB. Behind them lie rows without pictures, a few KB each, so that a burst of twelve keys never meets an
 * empty screen; a row costs the server one ranking, and would be asked for anyway. Twelve and not more, since what is ahead
 * here is held, and nobody else gets it.
 */
const NEAR = 3;
const AHEAD = 12;
const BATCH = 4;
const MOST_HELD = 50;

/** The photos of this tab: the first is on the screen, the others come next. */
export class Queue {
  constructor(server, outbox, order, ears) {
    this.server = server;
    this.outbox = outbox;
    this.order = order;
    this.ears = ears;
    this.items = [];
    this.asked = 0;
    this.settled = new Set();
    this.delay = SOON_MS;
    this.renewal = setInterval(() => this.renew(), RENEW_MS);
    this.listeners = [
      [window, "pagehide", () => this.release()],
      [window, "pageshow", (event) => event.persisted && this.renew()],
      [window, "online", () => this.load()],
      [document, "visibilitychange", () => document.visibilityState === "visible" && this.renew()],
    ];
    for (const [target, name, work] of this.listeners) target.addEventListener(name, work);
  }

  close() {
    this.closed = true;
    clearInterval(this.renewal);
    clearTimeout(this.timer);
    for (const [target, name, work] of this.listeners) target.removeEventListener(name, work);
    this.release();
  }

  get current() {
    return this.items[0];
  }

  /** Take the first away. */
  advance() {
    const done = this.items.shift();
    this.warm();
    this.load();
    return done;
  }

  /** Put a photo on the screen, before all others. */
  putFirst(item) {
    this.items = [item, ...this.items.filter((other) => other.photo_id !== item.photo_id)];
    this.warm();
    this.renew();
  }

  /** Put the photo on the screen as it is ranked now; its burst stays the one that is shown. */
  putAgain(item) {
    const { kept, burst } = this.items[0];
    this.items[0] = { ...item, kept, burst };
    this.warm();
  }

  /** Forget a photo that is not on the screen. */
  forget(photo_id) {
    this.items = this.items.filter((item, at) => at === 0 || item.photo_id !== photo_id);
    this.leave(new Set([photo_id]));
  }

  /** Forget photos that were decided together with the one on the screen; an answer that is on its way may still bring them. */
  settle(photo_ids) {
    for (const photo_id of photo_ids) this.settled.add(photo_id);
    this.items = this.items.filter((item, at) => at === 0 || !this.settled.has(item.photo_id));
  }

  /** Take photos out of the bursts that others are of. */
  leave(gone) {
    for (const item of this.items) item.burst = item.burst.filter((one) => one.photo_id === item.photo_id || !gone.has(one.photo_id));
  }

  /** Another order was chosen: give back what comes next, not the one on the screen, and ask for others. */
  reorder() {
    this.asked++;
    this.given = this.giveBack(this.items.splice(1));
    this.ears.ahead(0);
    this.load();
  }

  async giveBack(items) {
    const shown = new Set((this.items[0]?.burst ?? []).map((one) => one.photo_id)); // with the photo on the screen
    const held = items.flatMap((item) => [item.photo_id, ...(item.burst ?? []).map((one) => one.photo_id)]);
    const photo_ids = [...new Set(held)].filter((photo_id) => !shown.has(photo_id)).slice(0, MOST_HELD);
    if (photo_ids.length) await this.server.post("release", { photo_ids }, GIVEN_BACK_MS).catch(() => {});
  }

  /** Fetch what is missing, once it is worth a question: the first alone, so that it is there soon, then some until all are. */
  async load(worth = this.items.length > NEAR ? BATCH : 1) {
    const missing = AHEAD + 1 - this.items.length;
    if (this.loading || this.closed || missing < worth) return;
    this.loading = true;
    this.settled.clear();
    clearTimeout(this.timer);
    let more = false;
    const asked = this.asked;
    try {
      await this.given; // else a photo that comes again could be given back after it was taken
      const count = this.items.length > NEAR + 1 ? Math.min(missing, BATCH) : 1; // five alone, each as soon as it is ranked: 5 + 4 + 4
      const held = new Set([...this.items.map((one) => one.photo_id), ...this.outbox.photos()]);
      const found = await this.server.read("items", { count, held: JSON.stringify([...held].slice(0, MOST_HELD)), ...this.order.choice });
      if (this.closed) return this.release();
      if (asked !== this.asked) {
        await this.giveBack(found.items); // they came in the order before
        more = true;
        return;
      }
      more = this.take(found);
      this.delay = SOON_MS;
    } catch (error) {
      if (!this.closed && !this.items.length) this.ears.trouble(error.message); // before that it troubles nobody
      this.later();
    } finally {
      this.loading = false;
      if (more) this.load(1);
    }
  }

  take(found) {
    const known = new Set([...this.items.map((one) => one.photo_id), ...this.outbox.photos()]);
    const fresh = found.items.filter((item) => !known.has(item.photo_id) && !this.settled.has(item.photo_id));
    const first = !this.items.length;
    this.items.push(...fresh);
    this.ears.told(found);
    if (first && fresh.length) this.ears.ready();
    if (!this.items.length) {
      this.ears.empty(found);
      this.later();
    }
    this.warm();
    return fresh.length > 0;
  }

  later() {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.load(), this.delay);
    this.delay = Math.min(2 * this.delay, SELDOM_MS);
  }

  /** Load the pictures of what comes next; all renders, and what F offers, only where a key can soon ask for them. */
  warm() {
    this.ears.ahead(Math.max(0, this.items.length - 1));
    this.items.slice(0, NEAR + 1).forEach((item, at) => {
      const urls = [item.image, item.cutout, ...item.candidates.flatMap((one) => [one.reference, one.renders[one.best]?.url])];
      if (at < 2) urls.push(...item.candidates.flatMap((one) => one.renders.map((render) => render.url)));
      if (at < 2) urls.push(...item.burst.map((one) => one.thumbnail));
      if (at === 0) urls.push(...item.more.map((asset) => asset.reference));
      item.kept ??= new Map();
      for (const url of urls) if (url && !item.kept.has(url)) item.kept.set(url, fetched(url, item.kept, at));
    });
  }

  /** Rank those that come next again, since what was just decided may have changed the ranking; never the one on the screen. */
  async rerank() {
    this.stale = true;
    if (this.ranking) return;
    this.ranking = true;
    try {
      while (this.stale && !this.closed) {
        this.stale = false;
        const near = this.items.slice(1, 1 + NEAR);
        const photo_ids = near.map((item) => item.photo_id);
        const picked = Object.fromEntries(near.map((item) => [item.photo_id, item.picked]));
        if (photo_ids.length) this.replace((await this.server.tell("rerank", { photo_ids, picked })).items);
      }
    } catch {
      // what is ahead keeps its ranking
    } finally {
      this.ranking = false;
    }
  }

  replace(items) {
    for (const item of items || []) {
      const at = this.items.findIndex((other) => other.photo_id === item.photo_id);
      if (at > 0) this.items[at] = { ...item, kept: this.items[at].kept };
    }
    this.warm();
  }

  /** Hold what is here a while longer; let go of what is not ours any more, but for the one on the screen. */
  async renew() {
    const all = [...this.items, ...this.items.flatMap((item) => item.burst)].map((one) => one.photo_id);
    const photo_ids = [...new Set(all)].slice(0, MOST_HELD);
    if (!photo_ids.length || this.closed) return;
    try {
      const held = new Set((await this.server.tell("leases", { photo_ids }, 20_000)).held);
      const lost = new Set(photo_ids.filter((photo_id) => !held.has(photo_id)));
      this.items = this.items.filter((item, at) => at === 0 || !lost.has(item.photo_id));
      this.leave(lost);
      this.ears.lost(lost);
      this.load();
    } catch {
      // the next renewal comes before the lease ends
    }
  }

  release() {
    this.server.post("release", {}).catch(() => {});
  }
}

/** Begin to load a picture; one that does not come is forgotten, and asked for again with the next decision. */
function fetched(url, kept, at) {
  const image = Object.assign(new Image(), { fetchPriority: at ? "low" : "auto" });
  image.onerror = () => kept.delete(url);
  image.src = url;
  return image;
}
