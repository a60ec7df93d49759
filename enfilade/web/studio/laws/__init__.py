"""Laws of segments, as the studio shows and tightens them."""
