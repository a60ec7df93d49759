// A sheet over the page: the browser's own dialog, so that focus stays in it, Escape closes it, and focus goes back.

export function sheet(kind, label, words) {
  const dialog = document.createElement("dialog");
  dialog.className = `sheet sheet-${kind}`;
  dialog.setAttribute("aria-label", label);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "quiet sheet-close";
  close.textContent = words.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// The part of another page that is meant to be read over this one.
export async function open(link, words) {
  const answer = await fetch(link.href, { headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector("[data-sheet]");
  sheet("words", part.querySelector("h1").textContent, words).append(document.adoptNode(part));
}
