"""The demo town: invented institutions, staff, families and children for training, tests and benchmarks."""
