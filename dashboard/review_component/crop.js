import { CropFrame } from "../search_component/crop_frame.js";

const AGAIN_MS = 4000;
const PICTURES_MS = 8000;

/** The dialog in which a reviewer says where in the photo the article is, and what is known of the candidates that follow. */
export class Crop {
  constructor(root, server, ears) {
    this.server = server;
    this.ears = ears;
    this.dialog = root.querySelector("dialog.crop");
    this.cut = root.querySelector(".cut");
    this.newest = new Map();
    const stage = this.dialog.querySelector(".crop-stage");
    this.frame = new CropFrame(stage, { changed: () => {}, apply: () => this.take(), leave: () => this.dialog.close() });
    this.frame.image.onload = () => stage.style.setProperty("--ratio", this.frame.image.naturalWidth / this.frame.image.naturalHeight);
    this.dialog.querySelector("[data-crop=take]").onclick = () => this.take();
    for (const control of root.querySelectorAll("[data-crop=back]")) control.onclick = () => this.back();
  }

  close() {
    this.closed = true;
  }

  /** Open it on an item; the box begins around what is looked at now, so that keys alone can move it. */
  open(item) {
    this.item = item;
    this.frame.show(item.image, "The photo to identify");
    this.dialog.querySelector("[data-crop=back]").hidden = !item.crop.event_id;
    this.dialog.showModal();
    this.frame.set(item.crop.box, !item.crop.event_id);
    this.frame.focus();
  }

  /** Show how the photo on the screen is cut out, and whether other candidates are on their way. */
  show(item) {
    this.item = item;
    const waiting = this.newest.has(item.photo_id);
    this.cut.dataset.state = waiting ? "waiting" : item.crop.event_id ? "cropped" : "";
    this.cut.querySelector("figcaption").textContent = waiting ? "new candidates come …" : item.crop.event_id ? "by hand" : "cut-out";
    this.cut.querySelector("[data-crop=back]").hidden = waiting || !item.crop.event_id;
  }

  take() {
    const { photo_id, crop } = this.item;
    this.dialog.close();
    this.ears.cropped(this.draw(photo_id, crop.image_id, this.frame.box));
  }

  draw(photo_id, image_id, box) {
    const said = this.ears.post(photo_id, { crop: true, image_id, box });
    this.follow(photo_id);
    return said;
  }

  /** Take the crop that stands back: the one before it counts again, or the automatic cut-out. */
  back() {
    const { photo_id, crop } = this.item;
    this.dialog.close();
    this.ears.cropped({ ...this.takeBack({ ...crop, photo_id }), again: crop.box });
  }

  /** Undo a crop, or that one was taken back: its box is drawn again, and can be undone as before. */
  undo(event) {
    if (event.withdraws) this.ears.cropped(this.draw(event.photo_id, event.image_id, event.again));
    else this.takeBack(event);
  }

  takeBack({ photo_id, image_id, event_id }) {
    const said = this.ears.post(photo_id, { crop: true, image_id, withdraws: event_id });
    this.ears.takenBack(said);
    this.follow(photo_id);
    return said;
  }

  /** From now on other candidates are on their way. */
  follow(photo_id) {
    this.newest.set(photo_id, {});
    if (this.item.photo_id === photo_id) this.show(this.item);
  }

  /** A crop was refused: have its photo ranked by what stands without it, an earlier crop or none. */
  refused(event) {
    this.stored(event);
  }

  /** A crop is stored: have its photo ranked by it, however often that fails, unless one more comes meanwhile. */
  async stored({ photo_id }) {
    const own = { ranking: true };
    const picked = this.ears.picked(photo_id);
    let told = false;
    this.newest.set(photo_id, own);
    const wanted = () => !this.closed && this.newest.get(photo_id) === own;
    while (wanted()) {
      try {
        const [item] = (await this.server.tell("rerank", { photo_ids: [photo_id], picked: picked ? { [photo_id]: picked } : {} })).items;
        await seen(item);
        if (!wanted()) return;
        this.newest.delete(photo_id);
        return this.ears.ranked(item);
      } catch (error) {
        if (wanted() && !told) this.ears.said(`Cropped. The new candidates have not come yet: ${error.message}`);
        told = true;
        await new Promise((again) => setTimeout(again, AGAIN_MS));
      }
    }
  }

  /** What another tab of this browser has sent is stored too. */
  sentElsewhere(waiting) {
    for (const [photo_id, own] of this.newest) if (!own.ranking && !waiting.has(photo_id)) this.stored({ photo_id });
  }

  /** Act on a key; true where it was one of ours. What is meant for the box reaches it wherever the focus is but on a button. */
  key(event, pressed) {
    if (pressed === "k") this.dialog.close();
    else if (!event.composedPath().some((node) => node.tagName === "BUTTON" || node === this.frame.area)) this.frame.key(event);
    return pressed === "k";
  }
}

/** Wait until the pictures of an item are here, so that all of it changes at once; not for ever. */
function seen({ cutout, candidates }) {
  const urls = [cutout, ...candidates.flatMap((one) => [one.reference, one.renders[one.best]?.url])].filter(Boolean);
  const loaded = urls.map((url) => Object.assign(new Image(), { src: url }).decode());
  return Promise.race([Promise.allSettled(loaded), new Promise((late) => setTimeout(late, PICTURES_MS))]);
}
