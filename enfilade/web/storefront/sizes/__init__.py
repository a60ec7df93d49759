"""Size guides, and the size somebody asked this device to remember."""
