"""What a piece on request costs: asked on its page, answered by an advisor."""
