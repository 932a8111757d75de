"""Two plans over the same claims: who pays what, who gains, who loses."""
