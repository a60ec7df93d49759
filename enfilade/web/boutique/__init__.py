"""The boutique app: for people on their feet, on a phone or a tablet, in English."""
