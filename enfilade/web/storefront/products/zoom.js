// Enlarges the pictures of a piece: two fingers, a double tap, the wheel, plus and minus; arrows move the picture, or turn
// to the next one while it is whole.

import { sheet } from "./sheet.js";

const LARGEST = 4;
const STEP = 1.5;
const SWIPE = 60;

export function open(link, words) {
  const links = [...document.querySelectorAll("a[data-zoom]")];
  const dialog = sheet("zoom", link.querySelector("img").alt, words);
  const picture = new Image();
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.append(picture);
  let at = links.indexOf(link);
  let scale = 1, x = 0, y = 0;

  function draw() {
    const [across, down] = [stage.clientWidth, stage.clientHeight].map((side) => (side * (scale - 1)) / 2);
    x = Math.max(-across, Math.min(across, x));
    y = Math.max(-down, Math.min(down, y));
    picture.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    stage.classList.toggle("close-up", scale > 1);
  }

  // Keeps the point under the fingers where it is.
  function zoom(to, clientX, clientY) {
    const box = stage.getBoundingClientRect();
    const [px, py] = [clientX ?? box.x + box.width / 2, clientY ?? box.y + box.height / 2];
    const [cx, cy] = [px - box.x - box.width / 2, py - box.y - box.height / 2];
    const next = Math.max(1, Math.min(LARGEST, to));
    x = cx - ((cx - x) * next) / scale;
    y = cy - ((cy - y) * next) / scale;
    scale = next;
    draw();
  }

  function show(number) {
    at = (number + links.length) % links.length;
    const from = links[at].querySelector("img");
    picture.src = links[at].href;
    picture.alt = from.alt;
    dialog.setAttribute("aria-label", from.alt);
    scale = 1;
    x = y = 0;
    draw();
  }

  const fingers = new Map();
  let spread = 0, began = null, moved = 0, lastTap = 0;
  const apart = () => {
    const [one, two] = [...fingers.values()];
    return Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
  };
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    if (fingers.size === 1) [began, moved] = [event, 0];
    if (fingers.size === 2) spread = apart() / scale;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, event);
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    if (fingers.size === 2) {
      const [one, two] = [...fingers.values()];
      zoom(apart() / spread, (one.clientX + two.clientX) / 2, (one.clientY + two.clientY) / 2);
    } else if (fingers.size === 1 && scale > 1) {
      x += event.clientX - before.clientX;
      y += event.clientY - before.clientY;
      draw();
    }
  });
  function lifted(event) {
    const alone = fingers.size === 1;
    fingers.delete(event.pointerId);
    if (!alone || !began || event.type === "pointercancel") return;
    const across = event.clientX - began.clientX;
    if (moved < 8) {
      if (event.pointerType === "mouse" || event.timeStamp - lastTap < 350) zoom(scale > 1 ? 1 : 2.5, event.clientX, event.clientY);
      lastTap = event.timeStamp;
    } else if (scale === 1 && Math.abs(across) > SWIPE && links.length > 1) show(at + (across < 0 ? 1 : -1));
  }
  stage.addEventListener("pointerup", lifted);
  stage.addEventListener("pointercancel", lifted);
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
  }, { passive: false });

  const acts = {
    "+": () => zoom(scale * STEP), "=": () => zoom(scale * STEP), "-": () => zoom(scale / STEP), 0: () => zoom(1),
    ArrowLeft: () => (scale > 1 ? ((x += 80), draw()) : show(at - 1)),
    ArrowRight: () => (scale > 1 ? ((x -= 80), draw()) : show(at + 1)),
    ArrowUp: () => ((y += 80), draw()),
    ArrowDown: () => ((y -= 80), draw()),
  };
  dialog.addEventListener("keydown", (event) => {
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  });

  const tools = document.createElement("div");
  tools.className = "tools";
  const offered = [["−", words.smaller, acts["-"]], ["+", words.larger, acts["+"]]];
  if (links.length > 1) {
    offered.unshift(["←", words.previous, () => show(at - 1)]);
    offered.push(["→", words.next, () => show(at + 1)]);
  }
  for (const [sign, label, act] of offered) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    tools.append(button);
  }
  dialog.append(stage, tools);
  show(at);
}
