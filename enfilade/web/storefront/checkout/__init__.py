"""The checkout: from the held piece to the placed order."""
