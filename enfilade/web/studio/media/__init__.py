"""The maison's pictures: uploaded, described, given a middle, removed."""
