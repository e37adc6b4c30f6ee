"""Any files of person records, linked on their own (`mvld link`), with the steps of the nightly run."""
