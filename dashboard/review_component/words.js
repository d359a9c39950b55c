import { button, make } from "./dom.js";

const SHOWN = 5;
const ABOUT = { model: "said by the model", catalogue: "the category in the catalogue", neighbours: "by neighbours" };

/**
 * The table of words: those of the photo, and of each candidate. A click on a word, or Enter, corrects it.
 *
 * A correction is painted at once and sent as any decision is; which words differ then, the server says a moment later.
 */
export class Words {
  constructor(table, server, ears) {
    this.table = table;
    this.server = server;
    this.ears = ears;
    this.vocabulary = null;
  }

  /** Draw the words of an item. */
  show(item) {
    this.item = item;
    this.late = undefined;
    this.know();
    const none = !item.candidates.length;
    this.table.replaceChildren(...(none ? [] : item.words.map((_, at) => this.row(at))));
  }

  /** Put the focus on the photo's first word, or from one of them on the next. */
  next() {
    const own = [...this.table.querySelectorAll("th .said")];
    const at = own.indexOf(this.table.getRootNode().activeElement);
    const word = own[(at + 1) % own.length];
    if (!word) return;
    word.focus();
    word.classList.add("asked");
    word.onblur = () => word.classList.remove("asked");
  }

  /**
   * A letter on the word that was asked for by its key begins the right one, and decides nothing: tell whether it did.
   *
   * That goes on as long as the word is marked: until another has the focus, it is corrected, or Escape leaves it.
   */
  begin(event, pressed) {
    const root = this.table.getRootNode();
    const word = root.activeElement;
    if (!word?.matches(".said.asked")) return false;
    if (pressed === "escape") {
      word.blur();
      return true;
    }
    if (!/^[a-z]$/.test(pressed) || pressed === "e") return false;
    if (event.repeat) return true;
    word.click();
    root.querySelector(".correct input").value = event.key;
    return true;
  }

  row(at) {
    const { words, candidates } = this.item;
    const row = make("tr", "");
    const own = make("th", "");
    own.scope = "row";
    own.append(make("span", "name", words[at].attribute), this.word(words[at], "the photo", { photo_id: this.item.photo_id }));
    row.append(own);
    for (const candidate of candidates) {
      const cell = make("td", candidate.words[at].differs ? "differs" : "");
      cell.append(this.word(candidate.words[at], candidate.title || candidate.sku, { sku: candidate.sku }));
      row.append(cell);
    }
    for (let empty = candidates.length; empty < SHOWN; empty++) row.append(make("td", ""));
    return row;
  }

  /** A word as a button that opens its field. */
  word(word, whose, subject) {
    const label = `${word.attribute} of ${whose}: ${word.text || "nothing"}${word.source === "person" ? `, ${word.note}` : ""}. Correct it`;
    const made = button(`said ${word.source} ${word.known ? "" : "unknown"}`, word.text || "–", label, () => this.edit(made, word, subject));
    made.title = titleOf(word, whose);
    if (word.source === "neighbours") made.append(make("small", "", "by neighbours"));
    return made;
  }

  /** Put the field in the place of a word. Enter keeps what is typed, Escape or a click elsewhere does not. */
  edit(shown, word, subject) {
    this.leave?.(false);
    shown.classList.remove("asked");
    const [form, field] = [make("form", "correct"), this.field(word)];
    let done = false;
    const close = (this.leave = (refocus) => {
      if (done) return;
      done = true; // what is taken away loses the focus, which comes here again
      form.replaceWith(shown);
      if (refocus) shown.focus();
      if (this.late !== undefined) this.paint(this.late);
    });
    form.onsubmit = (event) => {
      event.preventDefault();
      const said = field.value.split(/\s+/).filter(Boolean).join(" ");
      close(true);
      if (said && said !== word.said) this.correct(word, subject, said);
    };
    form.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(true);
    };
    form.onfocusout = (event) => form.contains(event.relatedTarget) || !document.hasFocus() || close(false);
    field.oninput = (event) => event.inputType === "insertReplacementText" && form.requestSubmit(); // one that was offered is chosen
    const back = () => {
      close(true);
      this.takeBack({ ...subject, attribute: word.attribute, event_id: word.event_id });
    };
    form.append(field, ...(word.source === "person" ? [backButton(word, back)] : []));
    shown.replaceWith(form);
    field.focus();
    field.select();
  }

  field(word) {
    const field = make("input", "");
    field.setAttribute("aria-label", `${word.attribute}: the right word`);
    field.setAttribute("list", `terms-${word.attribute}`);
    field.maxLength = this.vocabulary?.longest ?? 80;
    field.autocomplete = "off";
    field.spellcheck = false;
    field.placeholder = word.text || "a word";
    // of a closed vocabulary all terms are offered, which what stands there would narrow
    field.value = this.vocabulary?.open.includes(word.attribute) ? word.said : "";
    return field;
  }

  correct(word, subject, value) {
    const event = this.ears.post({ ...subject, attribute: word.attribute, value });
    this.put(event, { said: value, text: value, known: true, source: "person", note: `corrected by ${this.server.reviewer}`, event_id: event.event_id });
    this.ears.corrected(event);
  }

  /** Take a correction back: of this page, or of the one that the table shows. */
  takeBack({ photo_id, sku, attribute, event_id }) {
    const event = this.ears.post({ photo_id, sku, attribute, withdraws: event_id });
    this.put(event, null);
    this.ears.takenBack(event);
  }

  /** A correction is stored, and this is the word that stands now; or it was refused. */
  settled(event, standing) {
    this.put(event, standing);
  }

  /** Put a person's word, or where there is none the one from before anybody spoke, wherever it is shown. */
  put({ photo_id, sku, attribute }, said) {
    for (const word of this.ears.items().flatMap((item) => wordsOf(item, photo_id, sku)).filter((one) => one.attribute === attribute)) {
      const without = word.without ?? (word.source === "person" ? null : copyOf(word));
      Object.assign(word, said ?? without ?? {}, { without: said ? without : undefined });
    }
    if (this.item && wordsOf(this.item, photo_id, sku).length) this.repaint(attribute);
  }

  /** Paint a row again, at once with what is known here, then with what the server says of it. */
  async repaint(attribute) {
    const { item } = this;
    const at = item.words.findIndex((word) => word.attribute === attribute);
    const beside = item.candidates.map((candidate) => candidate.words[at]);
    const said = [item.words[at], ...beside].map((word) => word.said);
    this.paint(at);
    try {
      const found = await this.server.read("overlaps", { attribute, photo: said[0], assets: JSON.stringify(said.slice(1)) });
      if ([item.words[at], ...beside].some((word, place) => word.said !== said[place])) return; // one more was corrected meanwhile
      if (item.words[at].source === "person") item.words[at].text = found.photo.text;
      beside.forEach((word, place) => {
        word.differs = found.assets[place].differs;
        if (word.source === "person") word.text = found.assets[place].text;
      });
      if (this.item === item) this.paint(at);
    } catch {
      // the marks are those from before; the next item has its own
    }
  }

  /** Draw a row anew, once nobody types in it any more; the focus stays on its word. */
  paint(at) {
    const old = this.table.rows[at];
    this.late = old?.querySelector("form") ? at : undefined;
    if (!old || this.late !== undefined) return;
    const focused = [...old.querySelectorAll(".said")].indexOf(this.table.getRootNode().activeElement);
    const row = this.row(at);
    old.replaceWith(row);
    row.querySelectorAll(".said")[focused]?.focus();
  }

  /** Ask once for the words that are offered; without them any word can be typed. */
  async know() {
    if (this.vocabulary || this.asking) return;
    this.asking = true;
    try {
      this.vocabulary = await this.server.read("vocabulary", {});
      for (const [attribute, terms] of Object.entries(this.vocabulary.terms)) this.table.after(termsList(attribute, terms));
    } catch {
      // the next item asks again
    } finally {
      this.asking = false;
    }
  }
}

/** The button that takes a correction back. */
function backButton(word, work) {
  const made = button("back", "↺", `Take the correction of ${word.attribute} back (${word.note})`, work);
  made.onmousedown = (event) => event.preventDefault(); // the field keeps the focus, or it would close before the click
  return made;
}

function wordsOf(item, photo_id, sku) {
  if (photo_id) return item.photo_id === photo_id ? item.words : [];
  return item.candidates.filter((candidate) => candidate.sku === sku).flatMap((candidate) => candidate.words);
}

function copyOf({ without, differs, ...word }) {
  return word;
}

function titleOf(word, whose) {
  const about = word.note || ABOUT[word.source] || "nothing is said";
  const said = word.said && word.said !== word.text ? `: “${word.said}”` : "";
  return `${word.attribute} of ${whose}, ${about}${said}${word.known ? "" : " (not in the vocabulary)"}. Click to correct it.`;
}

function termsList(attribute, terms) {
  const list = make("datalist", "");
  list.id = `terms-${attribute}`;
  list.append(...terms.map((term) => Object.assign(make("option", ""), { value: term })));
  return list;
}
