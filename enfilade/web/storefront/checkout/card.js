// The card's field is Stripe's: what is written there goes to them and comes back as a name for the card, which the form sends.
// Without scripts the other ways to pay work; the page says so.

const field = document.querySelector("[data-card]");
const form = field.closest("form");
const token = form.elements.namedItem("card_token");
const wrong = field.querySelector("[data-card-wrong]");
const button = form.querySelector("button.primary");

const byCard = () => form.elements.namedItem("payment_method").value === "card";

function tell(words) {
  wrong.textContent = words;
  wrong.hidden = !words;
}

function show() {
  field.hidden = !byCard();
}

async function named(stripe, card) {
  const name = form.elements.namedItem("name").value;
  const made = await stripe.createPaymentMethod({ type: "card", card, billing_details: { name } });
  if (made.error) throw new Error(made.error.message);
  return made.paymentMethod.id;
}

function ask(stripe) {
  const card = stripe.elements({ locale: field.dataset.language }).create("card", { hidePostalCode: true });
  card.mount(field.querySelector("[data-card-place]"));
  form.addEventListener("submit", async (event) => {
    // Who chooses another delivery pays nothing yet.
    if (event.submitter?.name === "delivery" || !byCard() || token.value) return;
    event.preventDefault();
    tell("");
    button.disabled = true;
    try {
      token.value = await named(stripe, card);
    } catch (refused) {
      tell(refused.message || field.dataset.away);
      return;
    } finally {
      button.disabled = false;
    }
    form.requestSubmit();
  });
}

form.addEventListener("change", show);
// A page that comes back from the browser's memory pays with a card named anew.
addEventListener("pageshow", () => { token.value = ""; });
show();
if (window.Stripe) ask(window.Stripe(field.dataset.card));
else tell(field.dataset.away);
