/**
 * Things in the browser's own storage, one entry each.
 *
 * One entry per thing, not one list of all: two tabs that each rewrote a common list would undo each other's additions.
 * What the browser will not store (full, or forbidden) is kept in memory, and `volatile` says how much that is.
 */
export class Shelf {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map();
  }

  /** Put a thing; `all` gives them back in the order of their names. */
  put(name, thing) {
    const key = this.prefix + name;
    try {
      localStorage.setItem(key, JSON.stringify(thing));
      this.memory.delete(key);
    } catch {
      this.memory.set(key, thing);
    }
  }

  drop(name) {
    this.memory.delete(this.prefix + name);
    try {
      localStorage.removeItem(this.prefix + name);
    } catch {
      // nothing can lie in a storage that may not be touched
    }
  }

  all() {
    const found = new Map(this.memory);
    for (const key of this.keys()) {
      const thing = this.read(key);
      if (thing) found.set(key, thing);
    }
    return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, thing]) => thing);
  }

  get volatile() {
    return this.memory.size;
  }

  keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      return [];
    }
  }

  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }
}

/**
 * Give this tab a name that a reload keeps.
 *
 * A duplicated tab inherits the storage of the first, name included; the lock, held as long as the page lives, tells them
 * apart. Where there are no locks (plain http on a local network) each load is a tab of its own.
 */
export async function tabName(fresh) {
  if (!navigator.locks) return fresh;
  const known = remembered();
  for (const name of known ? [known, fresh] : [fresh]) {
    if (await claimed(`couture/tab/${name}`)) return remembered(name);
  }
  return fresh;
}

/** Give the name that this tab had before; or keep a new one. A storage that may not be touched remembers nothing. */
function remembered(name) {
  try {
    if (name) sessionStorage.setItem("couture/tab", name);
    return name || sessionStorage.getItem("couture/tab");
  } catch {
    return name;
  }
}

const own = new Set();

/** Take a lock for as long as the page lives. */
function claimed(lock) {
  if (own.has(lock)) return true;
  return new Promise((answer) => {
    navigator.locks.request(lock, { ifAvailable: true }, (held) => {
      answer(Boolean(held));
      if (!held) return undefined;
      own.add(lock);
      return new Promise(() => {});
    });
  });
}
