"""Certificates of pieces as documents, for every surface that shows them."""
