/** The name of a key. Its place counts where a layout gives it no Latin letter, or wants Shift for digits. */
export function named(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code);
  if (digit && !event.shiftKey && event.key.length === 1 && !"-+=".includes(event.key)) return digit[1];
  const letter = /^Key([A-Z])$/.exec(event.code);
  return letter && event.key.length === 1 && event.key > "~" ? letter[1].toLowerCase() : event.key.toLowerCase();
}

/** Tell whether a key goes into a text; behind a shadow root only the path of the event knows. */
export function isTyping(event) {
  return event.composedPath().some((node) => ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName) || node.isContentEditable);
}
