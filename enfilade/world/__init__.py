"""The demo world: a fictional group, its maisons, their pieces, boutiques, stock, sales and people, as rows
for the importers.
"""
