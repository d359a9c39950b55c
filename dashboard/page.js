/** Streamlit says in a dialog that its socket is gone, and takes the page away with it. The banner says so, and what is open stays. */
(() => {
  if (window.coutureHost) return; // a script runs again and again in one page
  const dismiss = () => {
    for (const dialog of document.querySelectorAll('.stDialog [role="dialog"]')) {
      if (dialog.textContent.includes("Connection error")) dialog.querySelector('button[aria-label="Close"]')?.click();
    }
  };
  window.coutureHost = new MutationObserver(dismiss);
  window.coutureHost.observe(document.body, { childList: true });
})();
