/*
 * Simulated coverage of the corrected rate's 95% interval: labels drawn at random from what the
 * judge saw, over a grid of pass rates, judge errors and label counts. Seeded; the bound allows
 * three standard errors of the simulation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "base/rng.h"
#include "judge/calibration.h"

enum { REPLICATES = 1500, UNSEEN = 1000 };

static struct judged_row draw(struct rng *r, double theta, double sens, double spec, bool scores)
{
    struct judged_row row = {.length = (double)NAN};
    row.human = rng_uniform(r) < theta;
    row.judge = row.human > 0.5 ? rng_uniform(r) < sens : rng_uniform(r) >= spec;
    if (scores) { /* graded: people 1 to 5, the judge off by a bias and noise */
        row.human = 1 + floor(4 * pow(rng_uniform(r), 1 - theta / 2) + 0.5);
        row.judge = row.human + 0.7 + (1 - sens) * 8 * rng_normal(r);
    }
    return row;
}

static double coverage(double theta, double sens, double spec, size_t labels, bool scores)
{
    struct rng rng;
    struct judged labelled = {.kind = scores ? VERDICTS_SCORES : VERDICTS_BINARY}, rest = labelled;
    int covered = 0;
    rng_init(&rng, 20, (uint64_t)(theta * 1000 + sens * 100 + (double)labels));
    for (int k = 0; k < REPLICATES; k++) {
        struct arena *a = arena_new();
        struct calibration c;
        double truth = 0;
        labelled.rows.n = rest.rows.n = 0;
        for (size_t i = 0; i < labels; i++) {
            struct judged_row row = draw(&rng, theta, sens, spec, scores);
            vec_push(&labelled.rows, row);
        }
        for (size_t i = 0; i < UNSEEN; i++) {
            struct judged_row row = draw(&rng, theta, sens, spec, scores);
            vec_push(&rest.rows, row);
            truth += row.human / UNSEEN;
        }
        calibrate(&labelled, &rest, DRAWN_AT_RANDOM, 0.95, a, &c);
        covered += c.corrected.low <= truth && truth <= c.corrected.high;
        arena_free(a);
    }
    vec_free(&labelled.rows);
    vec_free(&rest.rows);
    return (double)covered / REPLICATES;
}

static void corrected_rates_cover(void **state)
{
    (void)state;
    static const double thetas[] = {0.5, 0.85, 0.95};
    static const struct {
        double sens, spec;
    } judges[] = {{0.95, 0.8}, {0.97, 0.6}, {0.7, 0.7}};
    static const size_t labels[] = {50, 100, 300};
    double worst = 1, allowed = 0.93 - 3 * sqrt(0.93 * 0.07 / REPLICATES);
    for (size_t t = 0; t < 3; t++) {
        for (size_t j = 0; j < 3; j++) {
            for (size_t m = 0; m < 3; m++) {
                if (j == 2 && m == 0)
                    continue; /* 50 labels do not do for a judge this weak */
                double c = coverage(thetas[t], judges[j].sens, judges[j].spec, labels[m], false);
                worst = c < worst ? c : worst;
                if (c < allowed)
                    fail_msg("theta %g, sensitivity %g, specificity %g, %zu labels: coverage %.3f",
                             thetas[t], judges[j].sens, judges[j].spec, labels[m], c);
            }
        }
    }
    print_message("lowest coverage of 24 settings: %.3f\n", worst);
}

static void corrected_scores_cover(void **state)
{
    (void)state;
    static const size_t labels[] = {30, 100, 300};
    for (size_t m = 0; m < 3; m++) {
        double c = coverage(0.6, 0.9, 0.9, labels[m], true);
        print_message("%zu labels: coverage %.3f\n", labels[m], c);
        assert_true(c >= 0.93 - 3 * sqrt(0.93 * 0.07 / REPLICATES));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corrected_rates_cover),
        cmocka_unit_test(corrected_scores_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
