/* Section 07, A quality score that tracks satisfaction: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_07[] = {
    {NULL, 7, NULL, NULL, NULL},
};
