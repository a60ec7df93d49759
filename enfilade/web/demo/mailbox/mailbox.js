// Puts new letters on the list as they come; where nothing is new, nothing is touched.
const list = document.getElementById("letters");

async function look() {
  if (!list || document.hidden) return;
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("letters");
  if (!fresh || fresh.innerHTML === list.innerHTML) return;
  const held = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  list.replaceChildren(...fresh.childNodes);
  if (held) list.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
}

setInterval(look, 2000);
document.addEventListener("visibilitychange", look);
