"""The maisons: who they are, the entities and markets they sell through, stores, policies, capabilities."""
