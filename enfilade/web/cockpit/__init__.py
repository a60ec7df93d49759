"""The cockpit: figures for the people of the group, and for a maison's managers those of their own."""
