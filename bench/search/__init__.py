"""How well the search ranks: a judged set over the demo world, and the way to measure any other."""
