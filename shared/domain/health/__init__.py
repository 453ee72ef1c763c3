"""Is an object doing what it was asked to do?"""
