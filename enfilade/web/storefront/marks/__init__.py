"""The marks of a maison or store as pictures: what stands on a phone's screen, and on a card where an address is shared."""
