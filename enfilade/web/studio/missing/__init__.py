"""The pieces that still miss a picture or a language, all of them."""
