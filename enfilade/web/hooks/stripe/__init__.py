"""Where Stripe tells us what became of a payment."""
