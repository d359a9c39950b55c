/** The routes of the review screen, with the token that they ask for. */
export class Server {
  constructor(reviewer, tab, token) {
    this.reviewer = reviewer;
    this.tab = tab;
    this.token = token;
  }

  /** Read JSON. Throws where the answer is none, or an error. */
  async read(route, params, waitMs = 60_000) {
    const query = new URLSearchParams({ reviewer: this.reviewer, tab: this.tab, ...params });
    return await this.understood(await this.call(`${route}?${query}`, {}, waitMs));
  }

  /** Send JSON and read the answer. Throws where it is none, or an error. */
  async tell(route, said, waitMs = 60_000) {
    return await this.understood(await this.post(route, said, waitMs));
  }

  /** Send JSON; the answer as it came. `keepalive` lets it end though the page is left. */
  post(route, said, waitMs = 20_000, hurry = undefined) {
    const body = JSON.stringify({ reviewer: this.reviewer, tab: this.tab, ...said });
    const headers = { "Content-Type": "application/json" };
    return this.call(route, { method: "POST", headers, body, keepalive: body.length < 30_000 }, waitMs, hurry);
  }

  call(url, options, waitMs, hurry) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), waitMs);
    hurry?.addEventListener("abort", () => patience.abort(), { once: true });
    const headers = { ...options.headers, "X-Couture-Token": this.token };
    return fetch(`couture/review/${url}`, { ...options, headers, signal: patience.signal }).finally(() => clearTimeout(timer));
  }

  async understood(answer) {
    const body = await json(answer);
    if (answer.ok && body) return body;
    throw new Error(body?.error || `the server answered ${answer.status}`);
  }
}

/** Read the JSON object of an answer; null where it has none: then something between here and the server spoke. */
export async function json(answer) {
  if (!(answer.headers.get("content-type") || "").includes("json")) return null;
  const body = await answer.json().catch(() => null);
  return body && typeof body === "object" ? body : null;
}
