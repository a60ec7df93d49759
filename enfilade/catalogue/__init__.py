"""What a maison sells: products, their texts and pictures, variants, dated prices, and what is published."""
