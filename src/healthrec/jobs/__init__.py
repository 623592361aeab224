"""Work beside the requests: huey carries ids, the rows of the database are the truth."""

from healthrec.jobs.queue import Jobs

__all__ = ["Jobs"]
