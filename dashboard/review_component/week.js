import { make } from "./dom.js";

/** What a reviewer is told of their own work; asked for when it is opened. */
export class Week {
  constructor(dialog, server) {
    this.dialog = dialog;
    this.server = server;
    this.$ = (selector) => dialog.querySelector(selector);
  }

  async open() {
    this.$(".week-rows").replaceChildren(make("dt", "", "…"));
    this.dialog.showModal();
    try {
      const { rows } = await this.server.read("week", {});
      this.$(".week-rows").replaceChildren(...rows.flatMap(row));
    } catch (error) {
      this.$(".week-rows").replaceChildren(make("dt", "", "–"), make("dd", "", `Your figures did not come: ${error.message}`));
    }
  }
}

function row({ name, value, meaning }) {
  const said = make("dd", "");
  said.append(make("b", "", value), make("span", "", meaning));
  return [make("dt", "", name), said];
}
