"""Registrations of TLVs and arrangements at the register (BRON/ROD), on behalf of schools."""
