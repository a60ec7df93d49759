"""How the maison decides where its pieces leave from."""
