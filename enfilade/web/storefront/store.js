// What is personal on pages that are the same for everybody: how much is in the basket, which pieces are wished for.
// Without it everything works; the heart then leads to the wish list.

const language = location.pathname.split("/")[1];

function count(pieces) {
  for (const place of document.querySelectorAll("[data-basket]")) place.textContent = pieces ? ` (${pieces})` : "";
}

function mark(form, kept) {
  form.querySelector("button").setAttribute("aria-pressed", String(kept));
}

async function personal() {
  const answer = await fetch(`/${language}/personal`, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { pieces, wished } = await answer.json();
  count(pieces);
  const kept = new Set(wished);
  for (const form of document.querySelectorAll("form[data-wish]")) mark(form, kept.has(form.dataset.wish));
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-wish]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const kept = button.getAttribute("aria-pressed") === "true";
  mark(form, !kept);
  const answer = await fetch(form.action + (kept ? "/removal" : ""), { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!answer?.ok) mark(form, kept);
});

personal().catch(() => {});
// Within WeChat pages are kept by WeChat alone.
if ("serviceWorker" in navigator && !/MicroMessenger/.test(navigator.userAgent)) {
  navigator.serviceWorker.register("/worker.js", { updateViaCache: "none" }).catch(() => {});
  navigator.serviceWorker.ready.then(({ active }) => active.postMessage({ language })).catch(() => {});
}
addEventListener("pageshow", (event) => event.persisted && personal().catch(() => {}));
