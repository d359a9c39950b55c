import { json } from "./server.js";
import { Shelf } from "./shelf.js";

const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 30_000;
const HANGS_MS = 3000;
const LATER = [401, 403, 408, 425, 429];

/**
 * What was decided and is not known to be stored yet.
 *
 * An event is put into the browser's storage before anything else happens with it, and leaves it only when the server has
 * answered that it is durable, or that it refuses it. Events go in the order of their sequence numbers, one at a time. Each
 * tab sends what any tab of this reviewer left behind; a lock keeps them from sending the same one at once, and where there
 * are no locks that is harmless: an id that comes twice is stored once.
 */
export class Outbox {
  constructor(server, ears) {
    this.server = server;
    this.ears = ears;
    const whose = encodeURIComponent(server.reviewer);
    this.waiting = new Shelf(`couture/outbox/${whose}/`);
    this.refused = new Shelf(`couture/refused/${whose}/`);
    this.lock = `couture/outbox/${whose}`;
    this.delay = FIRST_RETRY_MS;
    this.last = 0;
    this.trouble = "";
    this.listeners = [
      [window, "online", () => this.hurry()],
      [window, "offline", () => this.failed(new Error("the network is gone"))],
      [document, "visibilitychange", () => document.visibilityState === "visible" && this.hurry()],
      [window, "storage", (event) => this.elsewhere(event)],
      [window, "beforeunload", (event) => this.waiting.volatile && event.preventDefault()],
    ];
    for (const [target, name, work] of this.listeners) target.addEventListener(name, work);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    for (const [target, name, work] of this.listeners) target.removeEventListener(name, work);
  }

  events() {
    return this.waiting.all();
  }

  /** Which photos have a decision that waits. */
  photos() {
    return this.events().filter(decides).map((event) => event.photo_id);
  }

  /** Keep an event and send it. */
  post(event) {
    this.last = Math.max(Date.now(), this.last + 1, ...this.events().map((other) => other.sequence + 1));
    const numbered = { ...event, sequence: this.last };
    this.waiting.put(nameOf(numbered), numbered);
    if (this.waiting.volatile) this.ears.volatile();
    this.show();
    this.flush();
    return numbered;
  }

  /** Send at once, whatever the wait was; a delivery that hangs is given up and begun anew. */
  hurry() {
    this.delay = FIRST_RETRY_MS;
    this.hurried = this.busy && performance.now() - this.sent > HANGS_MS;
    if (this.hurried) this.impatience.abort();
    else this.flush();
  }

  /** Send what waits. Ends when nothing waits any more, or with the first failure. */
  async flush() {
    this.again = true;
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.again) {
        this.again = false;
        await (navigator.locks ? navigator.locks.request(this.lock, () => this.drain()) : this.drain());
      }
      this.trouble = "";
      this.delay = FIRST_RETRY_MS;
    } catch (error) {
      this.failed(error);
    } finally {
      this.busy = false;
      this.show();
    }
    if (this.hurried) {
      this.hurried = false;
      this.flush();
    }
  }

  async drain() {
    for (let event; !this.closed && (event = this.events()[0]); ) await this.deliver(event);
  }

  async deliver(event) {
    this.impatience = new AbortController();
    this.sent = performance.now();
    const answer = await this.server.post(routeOf(event), event, 20_000, this.impatience.signal);
    const body = await json(answer);
    if (!body || answer.status >= 500 || LATER.includes(answer.status)) {
      throw Object.assign(new Error(body?.error || `the server answered ${answer.status}`), { stale: answer.status === 403 });
    }
    this.trouble = "";
    if (!answer.ok) this.refused.put(nameOf(event), { event, error: body.error || `the server answered ${answer.status}` });
    this.waiting.drop(nameOf(event));
    this.show();
    if (answer.ok) this.ears.stored(event, body);
    else this.ears.refused(event);
  }

  failed(error) {
    this.trouble = error.stale ? "stale" : "offline";
    this.reason = error.message;
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => this.retry(), this.delay);
    this.show();
  }

  /** Try again, and be more patient next time; a decision that is made meanwhile tries at once and costs no patience. */
  retry() {
    this.delay = Math.min(2 * this.delay, LAST_RETRY_MS);
    return this.flush();
  }

  /** Another tab of this browser put or took something. */
  elsewhere(event) {
    if (event.key?.startsWith(this.waiting.prefix)) {
      this.show();
      this.ears.elsewhere(event.newValue && JSON.parse(event.newValue));
    } else if (event.key?.startsWith(this.refused.prefix)) this.ears.refused();
  }

  show() {
    const count = this.events().length;
    this.ears.mark(this.trouble || (count ? "saving" : "saved"), count, this.reason);
  }
}

/** Tell whether an event decides a photo; a corrected word or a crop does not. */
export function decides(event) {
  return !event.attribute && !event.crop;
}

function routeOf(event) {
  return event.attribute ? "corrections" : event.crop ? "crops" : "decisions";
}

/** Names sort as sequence numbers do: milliseconds since 1970, thirteen digits until the year 2286. */
export function nameOf(event) {
  return `${event.sequence}-${event.event_id}`;
}
