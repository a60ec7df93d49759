"""What a maison sells, as the studio shows it: which pictures stand for each piece."""
