import { make } from "./dom.js";

/** Say why a photo waits again that was not in the DAM: when that was said, and what has arrived since. */
export function sayReopened(line, why) {
  line.hidden = !why;
  if (!why) return;
  const day = new Date(why.decided_at).toLocaleDateString([], { dateStyle: "medium" });
  const name = make("b", "", why.title || why.sku);
  name.title = why.sku;
  const since = why.sku ? [" Since then ", name, ` has arrived${why.first ? " and comes first now." : "."}`] : [" Articles have arrived since."];
  line.replaceChildren(make("b", "", "Reopened."), ` Decided as not in the DAM on ${day}.`, ...since);
}
