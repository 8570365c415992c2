"""What the law gives people over their data: to see it, to have it erased, to have it age.

Stands above ``data.pipeline``: after an erasure every figure is made again, in its transaction.
"""
