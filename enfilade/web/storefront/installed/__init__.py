"""The store on a phone's first screen: manifest, what is kept for a moment without network, and how to be rid of it."""
