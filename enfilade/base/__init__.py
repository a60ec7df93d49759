"""The ground floor: database, money, time, ids, facts, jobs. It knows no domain."""
