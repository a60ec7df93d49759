"""What the maison sells to one client only so many times."""
