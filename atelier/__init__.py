"""The atelier: models, materials and light for the pieces of the demo world."""
