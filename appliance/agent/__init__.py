"""The helper's resident agent: gives running, unprivileged containers real disks. See __main__.py for the wire form."""
