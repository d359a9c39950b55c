import { decisionWords } from "./dom.js";
import { decides } from "./outbox.js";

const REMEMBERED = 50;

/** What this reviewer decided, newest last: of this page in memory, of earlier ones by asking the server. */
export class History {
  constructor(server, outbox, ears) {
    this.server = server;
    this.outbox = outbox;
    this.ears = ears;
    this.decided = [];
    this.undoing = Promise.resolve();
  }

  get length() {
    return this.decided.length;
  }

  /** Which photos were decided. */
  get photos() {
    return new Set(this.decided.flatMap(({ event, more }) => [event, ...more].filter(decides).map((one) => one.photo_id)));
  }

  /** The items that were decided, as an undo shows them again. */
  get items() {
    return this.decided.map(({ item }) => item).filter(Boolean);
  }

  /** Remember a decision with the item that it was about, without its pictures; `more` are those of the rest of a burst. */
  add(event, { kept, ...item }, more = []) {
    this.decided = [...this.decided, { event, more, item }].slice(-REMEMBERED);
  }

  /** Remember that a word was corrected or a photo cropped: that is undone before what was decided earlier. */
  addAside(event) {
    this.decided = [...this.decided, { event, more: [], item: null }].slice(-REMEMBERED);
  }

  /** A photo was ranked again after it was decided: an undo shows it so, with its burst and as it was picked. */
  replace(item) {
    const kept = ({ burst, picked }) => ({ ...item, burst, picked });
    this.decided = this.decided.map((one) => (one.item?.photo_id === item.photo_id ? { ...one, item: kept(one.item) } : one));
  }

  /** Forget decisions that were refused: there is nothing to undo. */
  forget(events) {
    const gone = new Set(events.map((event) => event.event_id));
    this.decided = this.decided.flatMap(({ event, more, item }) => {
      const [first, ...rest] = [event, ...more].filter((one) => !gone.has(one.event_id));
      return first ? [{ event: first, more: rest, item }] : [];
    });
  }

  /** Take the newest standing decision back; called again, the one before it. One after the other, however fast it is asked. */
  undo() {
    this.undoing = this.undoing.then(() => this.undoOne()).catch((error) => this.ears.said(`Nothing was undone: ${error.message}`));
  }

  async undoOne() {
    const last = this.decided.pop() || (await this.lastStored());
    if (!last) return;
    if (!decides(last.event)) {
      this.ears.unsaid(last.event);
      return this.ears.said(`Undone: ${decisionWords(last.event)}`);
    }
    const rest = last.more.length ? ` and ${last.more.length} more of its burst` : "";
    this.ears.undone([last.event, ...last.more], last.item);
    this.ears.said(`Undone: ${decisionWords(last.event)}${rest}`);
  }

  /** Ask for the newest decision that is stored; what still waits must be stored first, or it would be passed over. */
  async lastStored() {
    await this.outbox.flush();
    const last = this.outbox.events().length ? null : await this.server.read("last", {});
    if (last?.event) return last;
    this.ears.said(last ? "There is nothing of yours to undo." : "Earlier decisions are still being saved. Undo again in a moment.");
    return null;
  }
}
