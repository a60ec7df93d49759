// A piece of a story opens in a dialog and goes into the basket from there. Without this script each is a page of its own.

const dialog = document.querySelector("#opened");
const inside = dialog.querySelector(".opened-inside");
let asking = 0;

async function show(address, options = {}) {
  const turn = ++asking;
  try {
    const answer = await fetch(address, { ...options, headers: { "x-part": "dialog" } });
    // A refusal that has words of its own is shown; anything else is left to the page.
    if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
    const text = await answer.text();
    if (turn !== asking) return;
    inside.innerHTML = text;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    inside.querySelector(".opened-name")?.focus({ preventScroll: true });
  } catch {
    if (options.method) options.form.submit();
    else location.assign(address);
  }
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = event.target.closest?.("a[data-opens]");
  if (link) {
    event.preventDefault();
    show(link.href);
  } else if (event.target.closest?.("[data-closes]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  } else if (event.target === dialog) {
    dialog.close();
  }
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-takes]")) return;
  event.preventDefault();
  show(form.action, { method: "post", body: new URLSearchParams(new FormData(form)), form });
});
