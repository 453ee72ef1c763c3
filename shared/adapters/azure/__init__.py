"""Adapters of Azure Storage: tables, blobs, queues and blob leases of one account."""
