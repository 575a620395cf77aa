/* Section 04, Correcting a judge by human labels: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_04[] = {
    {NULL, 4, NULL, NULL, NULL},
};
