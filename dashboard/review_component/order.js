import { Shelf } from "./shelf.js";

/** In which order photos come, and of which category first: two lists to choose from, remembered by this browser. */
export class Order {
  constructor(root, server, changed) {
    this.server = server;
    this.shelf = new Shelf(`couture/order/${encodeURIComponent(server.reviewer)}/`);
    this.selects = Object.fromEntries(["order", "category"].map((name) => [name, root.querySelector(`select[name="${name}"]`)]));
    const kept = this.shelf.all()[0] || {};
    if (kept.category) this.offer([kept.category]);
    for (const [name, select] of Object.entries(this.selects)) {
      const known = [...select.options].map((option) => option.value);
      select.value = known.includes(kept[name]) ? kept[name] : known[0];
      select.onpointerdown = () => {
        this.pointed = true;
        this.learn(true);
      };
      select.onkeydown = (event) => this.key(event, select);
      select.onchange = () => this.change(select, changed);
    }
  }

  /** What is chosen, as the server is asked for it. */
  get choice() {
    return { order: this.selects.order.value, category: this.selects.category.value };
  }

  /** Ask for the categories that there are: once, and again when somebody opens a list. Nothing waits for the answer. */
  async learn(again = false) {
    if (this.learned && !again) return;
    this.learned = true;
    try {
      const { categories, ranked } = await this.server.read("choices", this.choice);
      this.offer(categories);
      this.selects.order.title = ranked === null ? "" : `${ranked} waiting photos are ranked; the others come after them.`;
    } catch {
      this.learned = false; // the lists work without
    }
  }

  /** Add the categories that are not listed yet; none is taken away under somebody's hand. */
  offer(categories) {
    const listed = new Set([...this.selects.category.options].map((option) => option.value));
    for (const name of categories) if (!listed.has(name)) this.selects.category.add(new Option(name, name));
  }

  change(select, changed) {
    this.shelf.put("choice", this.choice);
    this.learn(true);
    // whoever chose by pointer goes on deciding with keys; whoever walks the list by keys is not thrown out of it
    if (this.pointed) select.blur();
    this.pointed = false;
    changed();
  }

  /** A key in a list is for the list; Escape gives the keys back to the decisions. */
  key(event, select) {
    this.pointed = false;
    if (event.key === "Escape" || event.key === "Enter") select.blur();
  }
}
