"""Signing in with an organisation's OpenID provider, beside local accounts.

``provider`` speaks with it and checks what it says, ``claims`` reads that as who somebody is here,
``entering`` lets them in.
"""
