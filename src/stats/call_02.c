/* Section 02, Baseline against candidate on the same golden set: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_02[] = {
    {NULL, 2, NULL, NULL, NULL},
};
