// Marks the step that comes next. Nothing moves: every step has its place before the answer is there.
const steps = document.querySelector("[data-demo-steps]");

async function mark() {
  const answer = await fetch("/demo/progress", { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { step } = await answer.json();
  [...steps.children].forEach((item, index) => {
    item.classList.toggle("demo-bar-done", index + 1 < step);
    const link = item.firstElementChild;
    if (index + 1 === step) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
}

mark();
document.addEventListener("visibilitychange", () => document.hidden || mark());
addEventListener("pageshow", (event) => event.persisted && mark());
