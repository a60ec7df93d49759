"""Pictures that a maison uploads: taken in, made ready in every size the pages use, described, published."""
