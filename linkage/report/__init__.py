"""The linkage report: one page of figures, drawings and words about what `linkage.evaluation` found."""
