import { clock, decisionWords, make } from "./dom.js";
import { decides } from "./outbox.js";

const TOAST_MS = 5000;

/** What the screen says beside the photo: counts, the mark of saving, troubles, and what was refused. */
export class Notices {
  constructor(root) {
    this.$ = (selector) => root.querySelector(selector);
  }

  counts({ waiting, decided, disputed }) {
    const said = [`${waiting} waiting`, `${decided} decided`, ...(disputed ? [`${disputed} disputed`] : [])];
    this.$(".counts").textContent = said.join(" · ");
  }

  held(body) {
    this.$(".held").textContent = heldWords(body);
  }

  /** Say what becomes of the decisions: saved, saving, offline, or stale where only a reload helps. */
  mark(state, count, reason = "") {
    const mark = this.$(".mark");
    const words = { saved: "saved", saving: `saving ${count}`, offline: `offline, ${count} waiting`, stale: `${count} waiting` }[state];
    mark.dataset.state = state === "stale" ? "offline" : state;
    mark.textContent = words;
    mark.title = state === "offline" ? reason : "";
    this.$(".stale").hidden = state !== "stale";
  }

  trouble(reason) {
    this.$(".trouble").textContent = reason && `The next photos did not come: ${reason}. Trying again …`;
    this.$(".trouble").hidden = !reason;
  }

  warn(text) {
    this.$(".warning").textContent = text;
    this.$(".warning").hidden = false;
  }

  toast(text) {
    const box = this.$(".toast");
    box.textContent = text;
    box.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => (box.hidden = true), TOAST_MS);
  }

  /** Tell what was not stored; it stays until somebody says that they have read it. */
  refusals(refused) {
    this.$(".refusal").hidden = !refused.length;
    if (!refused.length) return;
    const { event, error } = refused.at(-1);
    const advice = event.verdict === "withdrawn" || !decides(event) ? "" : " Decide the photo again when it comes back.";
    this.$(".refusal-words").textContent = `Not stored: ${decisionWords(event)}. ${sentence(error)}${advice}`;
    this.$(".refused-open").textContent = refused.length > 1 ? `All ${refused.length}` : "Details";
  }

  listRefused(refused) {
    const rows = refused.map(({ event, error }) => {
      const row = make("li", "");
      row.append(make("b", "", decisionWords(event)), make("span", "", `${clock(event.at)} · ${sentence(error)}`));
      return row;
    });
    this.$(".refused-list").replaceChildren(...rows);
    this.$(".refused").showModal();
  }
}

/** Say how many photos others have on their screens, and until when; empty where it is none. */
function heldWords({ held_by_others: held }) {
  if (!held?.count) return "";
  const photos = held.count === 1 ? "1 photo is" : `${held.count} photos are`;
  const whom = held.own ? "another tab of yours" : "another reviewer";
  return `${photos} held by ${whom}${held.until ? ` until ${clock(held.until)}` : ""}`;
}

function sentence(text) {
  const said = `${text}`.trim();
  return said && `${said[0].toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? "" : "."}`;
}
