"""What the maison makes with others: drawn up, approved, in force, ended; and what others proposed to it."""
