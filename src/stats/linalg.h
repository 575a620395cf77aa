#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Small dense symmetric systems: a handful of rubric criteria, some dozens of variants. A matrix
 * of order n is n × n numbers, row by row.
 */

/* Replaces the lower triangle of a symmetric positive definite matrix by its Cholesky factor L,
 * A = L Lᵀ. False when A is not positive definite to working precision (a pivot under 1e-12 of
 * its diagonal element): then `a` is garbage. */
bool cholesky_factor(double *a, size_t n);
/* Solves A x = b in place, with the factor from cholesky_factor. */
void cholesky_solve(const double *l, size_t n, double *b);
/* diag[i] = (A⁻¹)ᵢᵢ. `scratch` holds n numbers. */
void cholesky_inverse_diagonal(const double *l, size_t n, double *diag, double *scratch);
