"""Stories: a magazine of the store and its maisons, in which every piece shown can be opened and bought."""
