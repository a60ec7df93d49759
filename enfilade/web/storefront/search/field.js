// Proposes while somebody types in the search field: a combobox whose list is HTML from the server. Without it, the form works.

const WAIT_MS = 120;

for (const input of document.querySelectorAll("input[data-seek]")) {
  const form = input.form;
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[data-told]");
  let timer, asking, at = -1;

  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]])
    input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    status.textContent = "";
    mark(-1);
    input.setAttribute("aria-expanded", "false");
  }

  function mark(index) {
    const all = options();
    at = all.length ? index : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", place === at));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const text = input.value.trim();
    if (!text) return close();
    asking?.abort();
    asking = new AbortController();
    const fields = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${input.dataset.seek}?${fields}`, { signal: asking.signal });
      if (!answer.ok) return close();
      list.innerHTML = await answer.text();
      // Two fields on a page must not share the ids of their options.
      for (const option of options()) option.id = `${list.id}-${option.id}`;
    } catch {
      return;
    }
    const count = options().length;
    if (!count || document.activeElement !== input) return close();
    list.hidden = false;
    mark(-1);
    input.setAttribute("aria-expanded", "true");
    status.textContent = status.dataset.told.replace("#", count);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? count - 1 : at + step >= count ? -1 : Math.max(-1, at + step));
    } else if (event.key === "Enter" && at >= 0 && !list.hidden) {
      event.preventDefault();
      options()[at].click();
    } else if (event.key === "Tab") close();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
}
