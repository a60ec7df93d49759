"""One maison, month by month."""
