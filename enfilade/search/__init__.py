"""Search over pieces, maisons, boutiques and whatever else is published: words, typos, four languages, facets."""
