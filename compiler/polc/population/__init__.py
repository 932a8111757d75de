"""What a plan says around the settlement: enrolment, premium subsidies, payment routes, alerts, targets."""
