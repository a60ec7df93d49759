-- The way between two places along the surface, in km: haversine, on a sphere of 6371 km. None where one of them is not known.

create function public_facts.distance_km(latitude double precision, longitude double precision,
  to_latitude double precision, to_longitude double precision) returns double precision
  language sql immutable parallel safe
  -- least() passes over nulls: without a place to measure from, the distance must be asked to be null.
  return case when latitude is not null and to_latitude is not null then 6371 * 2 * asin(sqrt(least(1,
    power(sin(radians(to_latitude - latitude) / 2), 2)
    + cos(radians(latitude)) * cos(radians(to_latitude)) * power(sin(radians(to_longitude - longitude) / 2), 2)))) end;
