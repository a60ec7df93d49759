"""The storefront: the multi-brand store, each maison's own pages in it, basket, checkout, orders."""
