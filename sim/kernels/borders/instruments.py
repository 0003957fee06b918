"""Numbers of the instruments as they stand in `Policy.instrument`; `sim.policy.instruments` gives them their words."""

IMPORT_BAN = 0
ENTITY_LISTING = 1
LISTING_HAZARD = 2
TARIFF = 3
DUE_DILIGENCE = 4
SECONDARY = 5
EXPORT_CONTROL = 6
TRANSIT_BAN = 7
FINANCIAL = 8
TRACING = 9
DEMAND = 10
SECURITY = 11
TRANSPORT_COST = 12
ZONE = 13
ALLOWANCE = 14
FRICTION_RELIEF = 15
# Resolved while a regime is compiled; the kernels never meet them.
DE_MINIMIS = 16
CROSSING_CAPACITY = 17
WORLD_CHANGE = 18
