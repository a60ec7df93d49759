"""Those whose goods a maison sells or who share in what it sells: what is due to them, told in statements."""
