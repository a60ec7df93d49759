"""Windows of maisons: in a row on the home of a store, and each on a page of its own."""
