/* Section 10, Pairwise judging and rankings: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_10[] = {
    {NULL, 10, NULL, NULL, NULL},
};
