import { button, make, picture } from "./dom.js";
import { renderRemark } from "./renders.js";

/** Draw the candidates of an item. `choose` and `compare` are called with a place. */
export function candidateCards(item, { choose, compare, judge }) {
  return item.candidates.map((candidate, at) => {
    const name = candidate.title || candidate.sku;
    const card = make("li", "card");
    card.onclick = () => choose(at);
    const confirm = make("button", "key", `${at + 1}`);
    confirm.type = "button";
    confirm.setAttribute("aria-label", `Confirm ${name}, ${candidate.sku}`);
    const text = make("div", "text");
    text.append(make("div", "title", name), make("div", "sku", candidate.sku), make("div", "nearest", `nearest: ${candidate.nearest}`), differences(candidate));
    const reference = candidate.reference ? picture(candidate.reference, `${name}, reference`) : make("div", "none", "no picture");
    const peek = button("peek", "⤢", `Compare the photo with ${name}`, () => compare(at));
    card.append(confirm, peek, reference, turntable(card, candidate, name, judge), text);
    return card;
  });
}

/** The render nearest to the photo's view, with the reasons on top of it when they are asked for. */
function turntable(card, candidate, name, judge) {
  const turn = make("div", "turn");
  const { renders, best } = candidate;
  if (renders.length) {
    const image = picture("", `${name}, 3D render`);
    const caption = make("span", "yaw");
    turn.append(image, caption);
    card.turnTo = (steps) => {
      const render = renders[around(best + steps, renders.length)];
      image.src = render.url;
      caption.textContent = yawWords(render);
    };
    card.turnTo(0);
    turn.append(renderRemark(candidate, name, judge));
  } else {
    turn.append(make("div", "none", "no render"));
  }
  turn.append(why(candidate));
  return turn;
}

/** Bring a place into 0 … count − 1, going round. */
export function around(place, count) {
  return ((place % count) + count) % count;
}

/** Say from which side a render is seen. */
export function yawWords(render) {
  const turned = Math.round(render.from_front_deg);
  return turned ? `${turned > 0 ? "+" : "−"}${Math.abs(turned)}°` : "front";
}

function why(candidate) {
  const box = make("div", "why");
  box.append(make("div", "sure", `${Math.round(candidate.confidence * 100)} % sure`));
  const most = Math.max(...candidate.contributions.map((part) => Math.abs(part.value)), 1e-9);
  for (const part of candidate.contributions) {
    const row = make("div", "row");
    const track = make("div", part.value < 0 ? "track minus" : "track");
    track.style.backgroundSize = `${(100 * Math.abs(part.value)) / most}% 100%`;
    const label = make("div", "", part.channel);
    label.append(track);
    row.append(label, make("span", "", part.value.toFixed(2)));
    box.append(row);
  }
  return box;
}

/** The words that differ, inside of the card: for screens that are too narrow for the table. */
function differences(candidate) {
  const box = make("div", "differences");
  for (const word of candidate.words) if (word.differs) box.append(make("div", "differs", word.text || "–"));
  return box;
}
