"""Where pieces travel between the places of the maison, and how long."""
