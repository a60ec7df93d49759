// Makes the editor lighter: blocks come and go without a reload, the draft saves itself, pieces are placed by a click.
// Without this script the same form does the same acts with a page each.

const story = document.querySelector("#story");
const album = document.querySelector("#album");
const addresses = new Map([...album.querySelectorAll("[data-name]")].map((one) => [one.dataset.name, one.dataset.address]));
const form = () => story.querySelector("#story-form");
const status = (text) => { const line = story.querySelector("[data-status]"); if (line) line.textContent = text; };
let timer = 0, saving = Promise.resolve(), stopped = false, changes = 0;

const body = () => new URLSearchParams(new FormData(form()));

async function save() {
  if (stopped) return;
  const at = changes;
  try {
    const answer = await fetch(form().action, { method: "post", body: body(), headers: { accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok) {
      form().elements.seen.value = said.seen;
      if (at === changes) status(`Saved ${said.at}` + (said.lacks ? `; ${said.lacks} to do before it is shown` : ""));
    } else {
      stopped = Boolean(said.changed);
      status(said.changed ? "A colleague saved this meanwhile. Save to see it." : `Not saved: ${said.wrong}`);
    }
  } catch {
    status("Not saved: no connection. What you wrote is still here.");
  }
}

function written() {
  changes += 1;
  clearTimeout(timer);
  status("…");
  timer = setTimeout(() => { saving = saving.then(save); }, 1200);
}

async function act(button) {
  clearTimeout(timer);
  await saving;
  const { act: name, at } = button.dataset;
  const answer = await fetch(button.formAction, { method: "post", body: body() });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#story");
  if (!page) return form().submit();
  story.replaceChildren(...page.childNodes);
  dress();
  const number = Number(at) + (name === "addition" || name === "lowering" ? 1 : name === "raising" ? -1 : 0);
  const block = story.querySelector(`#b${number}`) ?? story.querySelector(`#b${number - 1}`);
  block?.scrollIntoView({ block: "start" });
  (block?.querySelector("textarea, input:not([type=hidden]), select") ?? block)?.focus({ preventScroll: true });
  status(answer.ok ? "Saved" : "Please look at what is marked.");
}

function show(select) {
  const picture = select.closest("[data-picking]").querySelector("img");
  picture.hidden = !addresses.has(select.value);
  if (!picture.hidden) picture.src = addresses.get(select.value);
}

// Rows and points of one picture.
const rows = (picking) => [...picking.querySelectorAll("[data-row]")];
const inputs = (row) => [...row.querySelectorAll("input")];
const bounded = (text) => Math.min(100, Math.max(0, Math.round(Number(text.replace(",", ".")) || 0)));

function draw(picking) {
  const picture = picking.querySelector("[data-places]");
  if (!picture) return;
  for (const point of picture.querySelectorAll(".spot-on")) point.remove();
  rows(picking).forEach((row, index) => {
    const [piece, x, y] = inputs(row).map((input) => input.value.trim());
    if (!piece && !x && !y) return;
    const point = document.createElement("span");
    point.className = `spot-on x${bounded(x || "50")} y${bounded(y || "50")}`;
    point.innerHTML = `<span class="spot-number">${index + 1}</span>`;
    picture.append(point);
  });
  grow(picking);
}

function grow(picking) {
  const all = rows(picking);
  const last = all.at(-1);
  if (all.length >= 8 || inputs(last).every((input) => !input.value.trim())) return;
  const next = last.cloneNode(true), from = `spot${all.length}.`, to = `spot${all.length + 1}.`;
  next.dataset.row = String(all.length + 1);
  delete next.dataset.here;
  next.querySelector(".spot-number").textContent = String(all.length + 1);
  for (const label of next.querySelectorAll("label")) {
    label.htmlFor = label.htmlFor.replace(from, to);
    label.textContent = label.textContent.replace(String(all.length), String(all.length + 1));
  }
  for (const input of inputs(next)) {
    input.id = input.id.replace(from, to);
    input.name = input.name.replace(from, to);
    input.value = "";
  }
  last.after(next);
}

function place(picture, event) {
  const picking = picture.closest("[data-picking]");
  const box = picture.querySelector("img").getBoundingClientRect();
  const all = rows(picking);
  const row = all.find((one) => "here" in one.dataset) ?? all.find((one) => inputs(one).slice(1).every((i) => !i.value.trim())) ?? all.at(-1);
  const [piece, x, y] = inputs(row);
  x.value = String(bounded(String(((event.clientX - box.left) / box.width) * 100)));
  y.value = String(bounded(String(((event.clientY - box.top) / box.height) * 100)));
  draw(picking);
  written();
  piece.focus({ preventScroll: true });
}

function dress() {
  for (const button of story.querySelectorAll("[data-album]")) button.hidden = false;
  for (const hint of story.querySelectorAll("[data-click]")) hint.hidden = false;
  for (const picture of story.querySelectorAll("[data-places]")) picture.dataset.clicks = "";
}

story.addEventListener("input", (event) => {
  if ("quiet" in event.target.dataset) return;
  if (event.target.closest("[data-row]")) draw(event.target.closest("[data-picking]"));
  if (event.target.matches("[data-picture]")) show(event.target);
  if (form().contains(event.target)) written();
});
story.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  for (const one of rows(row.closest("[data-picking]"))) delete one.dataset.here;
  row.dataset.here = "";
});
story.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) {
    event.preventDefault();
    act(button);
    return;
  }
  const look = event.target.closest("[data-album]");
  if (look) {
    for (const picture of album.querySelectorAll("[data-src]")) picture.src ||= picture.dataset.src;
    album.dataset.of = look.closest(".field").querySelector("select").id;
    album.showModal();
    return;
  }
  const picture = event.target.closest("[data-places]");
  if (picture && !picture.querySelector("img").hidden) place(picture, event);
});
album.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-name]");
  if (!chosen) return;
  const select = document.getElementById(album.dataset.of);
  select.value = chosen.dataset.name;
  album.close();
  show(select);
  written();
  select.focus();
});
dress();
