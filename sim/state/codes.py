"""Numbers that stand for words, and the words."""

EXPORT, IMPORT = 0, 1
DIRECT, TRANSIT_DECLARED, RELABELLED, EMBODIED, PARCEL = range(5)
KINDS = ("direct", "transit_declared", "relabelled", "embodied", "parcel")
DIRECTIONS = ("export", "import")
OWNERSHIPS = ("private", "state", "foreign")
WAIT_QUEUE, WAIT_BPR = 0, 1
LOGIT, SATISFICING, REINFORCEMENT = range(3)
CHOICE_RULES = ("logit", "satisficing", "reinforcement")
NOT_NAMED, NAMED, PRESUMED = 0, 1, 2
FIRM_CLASSES = 12  # goods made here or not x ownership x listed by the sender or not: see `kernels.rules.firm_class`

FREIGHT, FEES, TRAVEL, SENT = range(4)
DETAINED, ALLOWED, REFUSED = range(3)
ACCOUNTS = (
    "buyers",
    "payments",
    "subsidies",
    "treasury",
    "hubs",
    "payment_agents",
    "carriers",
    "gates",
    "production",
    "days",
    "spoilage",
    "detention",
    "denial",
    "producers",
    "on_the_way",
    "importers",
    "false_alarms",
)
(
    BUYERS,
    PAYMENTS,
    SUBSIDIES,
    TREASURY,
    HUBS,
    PAYMENT_AGENTS,
    CARRIERS,
    GATES,
    PRODUCTION,
    DAYS,
    SPOILAGE,
    DETENTION,
    DENIAL,
    PRODUCERS,
    ON_THE_WAY,
    IMPORTERS,
    FALSE_ALARMS,
) = range(len(ACCOUNTS))
ACCOUNTS_AT = ("buyers", "treasury", "hubs", "importers", "false_alarms", "suppliers")
BUYERS_AT, TREASURY_AT, HUBS_AT, IMPORTERS_AT, FALSE_ALARMS_AT, SUPPLIERS_AT = range(len(ACCOUNTS_AT))
ON_HAND, DISPATCHED, DELIVERED, DENIED, SPOILED = range(5)
