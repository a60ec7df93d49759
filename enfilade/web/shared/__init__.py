"""What every surface needs of HTTP: pages, who is asking, refusals, assets, headers, health."""
