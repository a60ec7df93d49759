"""The only floor that speaks HTTP: storefront, boutique app, cockpit, API and hooks, which share nothing but `shared`."""
