// Keeps an open screen fresh: news from the server, and the part marked data-live is read again.
const part = () => document.querySelector("[data-live]");

async function renew() {
  const before = part();
  // Somebody who types or has the camera open is not disturbed; the next news finds them done.
  if (!before || before.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  if (before.querySelector("[data-scan-view]:not([hidden])")) return;
  const answer = await fetch(location.href, { headers: { accept: "text/html", "enfilade-renewal": "yes" } });
  if (answer.redirected) { location.assign(answer.url); return; }
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const after = page.querySelector("[data-live]");
  if (!after || part() !== before) return;
  const had = new Set([...before.querySelectorAll("[data-task]")].map((task) => task.dataset.task));
  const fresh = [...after.querySelectorAll("[data-task]")].filter((task) => !had.has(task.dataset.task));
  before.replaceWith(after);
  document.dispatchEvent(new CustomEvent("renewed"));
  const said = document.querySelector("[data-said]");
  if (said && fresh.length) said.textContent = fresh.length === 1 ? "One new task" : `${fresh.length} new tasks`;
  if (fresh.length && navigator.vibrate) navigator.vibrate(120);
}

let busy = false, again = false;
async function soon() {
  if (busy) { again = true; return; }
  busy = true;
  try { do { again = false; await renew(); } while (again); } catch { /* without network the next news finds us */ } finally { busy = false; }
}

if (part()) {
  const news = new EventSource("/boutique/live");
  news.addEventListener("news", soon);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
  setInterval(soon, 60000);
}
