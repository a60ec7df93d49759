"""Which carriers bring parcels, by which services, in which markets."""
