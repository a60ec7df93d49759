"""What search engines ask first: which addresses there are, and which are not for them."""
