"""Orders: baskets, checkout, sourcing, fulfilment, collection: the way of a piece to its client."""
