"""The API: reads for everybody, commands for visitors, stock and orders for a maison's own systems."""
