/** Make an element with a class and text. */
export function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Make a picture that is drawn in the same frame as what stands beside it. */
export function picture(url, alt) {
  const image = make("img", "");
  if (url) image.src = url;
  image.alt = alt;
  image.decoding = "sync";
  image.draggable = false;
  return image;
}

/** Make a button that does its own work only: the card that it lies on is not clicked with it. */
export function button(name, text, label, work) {
  const made = make("button", name, text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.title = label;
  made.onclick = (event) => {
    event.stopPropagation();
    work();
  };
  return made;
}

/** Say a moment as hours and minutes of this reader's day; what is no moment stays as it is. */
export function clock(moment) {
  const read = new Date(moment);
  return Number.isNaN(read.getTime()) ? `${moment}` : read.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

const VERDICTS = { match: "match", not_in_dam: "not in DAM", not_listed: "none of these", unusable: "unusable", skip: "skip" };

/** Say what was decided of a photo, where in it the article is, or what was corrected of it or of an asset. */
export function decisionWords(event) {
  if (event.crop) return `${event.withdraws ? "taking back the crop" : "crop"} of ${event.photo_id}`;
  if (event.attribute) return `${event.attribute} of ${event.photo_id || event.sku}: ${event.withdraws ? "correction taken back" : event.value}`;
  const verdict = VERDICTS[event.verdict] || (event.verdict === "withdrawn" ? "undo" : event.verdict || "decision");
  return `${verdict}${event.sku ? ` ${event.sku}` : ""} on ${event.photo_id}`;
}

/** Make a random id. Plain http on a local network is no secure context and has no randomUUID. */
export function randomId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
