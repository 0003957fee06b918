"""What lies on disk: files, digests, batches, saved histories."""
