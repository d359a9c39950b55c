/** What the page around this screen does: Streamlit's own dialogs lie over everything, keys and all. */
export class Host {
  constructor() {
    this.observer = new MutationObserver(() => dismissConnectionError());
    this.observer.observe(document.body, { childList: true });
  }

  close() {
    this.observer.disconnect();
  }

  /** Tell whether one of them is open. */
  get covered() {
    return Boolean(document.querySelector('[role="dialog"]'));
  }
}

/** Streamlit says that its socket is gone. Here the mark says so, and the work goes on; once closed it stays away until then. */
function dismissConnectionError() {
  for (const dialog of document.querySelectorAll('[role="dialog"]')) {
    if (dialog.textContent.includes("Connection error")) dialog.querySelector('button[aria-label="Close"]')?.click();
  }
}
