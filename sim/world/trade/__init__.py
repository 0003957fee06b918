"""Who trades what in the base year: targets, base flows, firms, hubs, shoppers."""
