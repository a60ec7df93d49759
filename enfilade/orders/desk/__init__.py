"""Client service at its desk: finding an order, notes, calls to be made, goodwill. `docs/algorithms/goodwill.md`."""
