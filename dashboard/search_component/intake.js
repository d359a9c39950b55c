const WITHIN = '[class*="st-key-search-photo"]';
const FIELD = '[data-testid="stFileUploaderDropzoneInput"]';

/** Pictures that are pasted anywhere, or dropped beside the field, go into the page's own field for files. */
export default function (component) {
  const { parentElement } = component;
  const hint = parentElement.querySelector(".intake");
  const say = (words) => (hint.dataset.said = hint.querySelector("b").textContent = words);

  const give = (event, transfer) => {
    const field = document.querySelector(`${WITHIN} ${FIELD}`);
    const [file] = [...(transfer?.files || [])].filter((one) => one.type.startsWith("image/"));
    if (!field || !file) return Boolean(transfer?.files?.length);
    event.preventDefault();
    const given = new DataTransfer();
    given.items.add(named(file));
    field.files = given.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    say("");
    return false;
  };
  const pasted = (event) => give(event, event.clipboardData) && say("What you pasted is no picture.");
  const over = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
  const dropped = (event) => {
    if (event.target.closest?.('[data-testid="stFileUploaderDropzone"]')) return; // the field takes its own
    if (event.dataTransfer?.files.length) event.preventDefault(); // else the browser leaves the page for the file
    if (give(event, event.dataTransfer)) say("What you dropped is no picture.");
  };
  document.addEventListener("paste", pasted);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", dropped);
  return () => {
    document.removeEventListener("paste", pasted);
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", dropped);
  };
}

/** A pasted picture has no name of its own: "image.png" is every one's. */
function named(file) {
  const moment = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
  return file.name && file.name !== "image.png" ? file : new File([file], `pasted-${moment}.${file.type.split("/")[1]}`, { type: file.type });
}
