"""The studio: what a maison's own team sees and decides, in English."""
