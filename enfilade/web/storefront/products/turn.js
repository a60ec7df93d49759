// The piece in three dimensions: its picture first, then the viewer and the model, fetched only now; in one's own room on
// phones that can.

import { sheet } from "./sheet.js";

// The viewer tries a decoder for compressed models, which this page's policy refuses and ours do not need.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof WebAssembly.CompileError) event.preventDefault();
});

export async function open(button, words) {
  const { model, poster, viewer, alt, room, loading, failed } = button.dataset;
  const dialog = sheet("turn", alt, words);
  const said = document.createElement("p");
  said.className = "small muted said-here";
  said.setAttribute("role", "status");
  said.textContent = loading;
  const picture = new Image();
  Object.assign(picture, { src: poster, alt, className: "poster" });
  dialog.append(picture, said);
  const fail = () => (said.textContent = failed);
  try {
    await import(viewer);
  } catch {
    fail();
    return;
  }
  const shown = document.createElement("model-viewer");
  for (const [name, value] of Object.entries({
    src: model, alt, "camera-controls": "", "touch-action": "none", "shadow-intensity": "1", "environment-image": "neutral",
    "interaction-prompt": "none", "camera-orbit": "-25deg 78deg auto", ar: "", "ar-modes": "webxr scene-viewer quick-look", "ar-scale": "fixed",
  })) shown.setAttribute(name, value);
  const enter = document.createElement("button");
  enter.slot = "ar-button";
  enter.className = "primary";
  enter.textContent = room;
  shown.append(enter);
  shown.addEventListener("load", () => {
    picture.remove();
    said.textContent = "";
    dialog.classList.add("ready");
  });
  shown.addEventListener("error", fail);
  dialog.append(shown);
}
