// Offers to look near the visitor: asks the browser for its position, rounds it to about a kilometre, sends the form.

const known = "geolocation" in navigator;

function offer(root) {
  for (const button of root.querySelectorAll("[data-here]")) button.hidden = !known;
}

function use(button) {
  const form = button.closest("form");
  const place = form.elements.namedItem("place");
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const option = new Option("", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)},`, true, true);
      place.append(option);
      form.requestSubmit();
    },
    () => {
      button.disabled = false;
      form.querySelector("[data-unknown]").hidden = false;
    },
    { maximumAge: 600000, timeout: 8000 },
  );
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-here]");
  if (button) use(button);
});
new MutationObserver(() => offer(document)).observe(document.body, { childList: true, subtree: true });
offer(document);
