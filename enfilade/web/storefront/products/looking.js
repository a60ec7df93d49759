// What a piece's page can do beyond its links: enlarge a picture, show the size guide over the page, cut letters as they
// are typed, turn the piece around. Each part is fetched when it is first asked for; when that fails, the link is followed.

const words = document.getElementById("sheet-words").dataset;
const parts = { "a[data-zoom]": words.zoom, "a[data-sheet-link]": words.sheet, "button[data-model]": words.turn };

document.addEventListener("click", async (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  for (const [asked, part] of Object.entries(parts)) {
    const from = event.target.closest?.(asked);
    if (!from) continue;
    event.preventDefault();
    try {
      await (await import(part)).open(from, words);
    } catch {
      if (from.href) location.href = from.href;
    }
  }
});

for (const button of document.querySelectorAll("button[data-model]")) button.hidden = false;

const letters = document.getElementById("engraved");
letters?.addEventListener("input", () => {
  const shown = document.querySelector("[data-cut]");
  shown.textContent = letters.value.trim().replace(/\s+/g, " ");
  shown.closest("figure").hidden = !shown.textContent;
});

document.querySelector(".letterings")?.addEventListener("change", (event) => {
  const cut = document.querySelector("[data-cut]").parentElement;
  for (const one of document.querySelectorAll(".letterings input")) cut.classList.toggle(`lettering-${one.value}`, one === event.target);
});
