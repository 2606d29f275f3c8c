"""Log-in with two factors, the portal's pages and the public API; asks the other services and decides nothing itself."""
