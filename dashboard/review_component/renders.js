import { button, make, randomId } from "./dom.js";

/** Why a 3D render stays out of the score, and the button that says that it is wrong, or takes that back. */
export function renderRemark(candidate, name, judge) {
  const box = make("div", "remark");
  const say = async (word) => {
    const said = { event_id: randomId(), sku: candidate.sku, at: new Date().toISOString(), ...word };
    const state = await judge(said);
    if (state) paint(Object.assign(candidate, state));
  };
  const paint = ({ left_out, wrong_event }) => {
    const control = wrong_event
      ? button("wrong", "undo", `Take back that the 3D render of ${name} is wrong`, () => say({ verdict: "withdrawn", withdraws: wrong_event }))
      : button("wrong", "wrong?", `The 3D render of ${name} is wrong`, () => say({ verdict: "wrong" }));
    box.replaceChildren(...(left_out ? [make("div", "out", `3D render left out: ${left_out}`)] : []), control);
  };
  paint(candidate);
  return box;
}
