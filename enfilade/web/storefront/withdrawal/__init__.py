"""The way to the withdrawal function from every page, for who has no link of their order at hand."""
