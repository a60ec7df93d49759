"""Client service at its desk: finding an order, what was said of it, calls to be made, goodwill. `docs/algorithms/goodwill.md`."""
