#pragma once

#include <stddef.h>

/*
 * Several tests at once. "Every slice must be non-inferior" needs no correction (intersection-
 * union); "does any slice regress?" takes Holm; a scan of many slices Benjamini-Hochberg, or
 * Benjamini-Yekutieli when they depend on each other strongly.
 */
enum p_adjust { P_BONFERRONI, P_HOLM, P_BH, P_BY };

/* Adjusted p-values, in the order of p, to compare with alpha itself: Bonferroni n·p; Holm 1979,
 * running max of (n-i+1)·p_(i); Benjamini & Hochberg 1995, running min from the largest of
 * n/i·p_(i); Benjamini & Yekutieli 2001, the same times Σ 1/i. All at most 1. */
void p_adjust(enum p_adjust method, const double *p, size_t n, double *out);
