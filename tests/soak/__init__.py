"""The whole service under a steady load for as long as one likes: does it stay as it was? (docs/long-checks.md)"""
