/* Section 06, Confidence thresholds and calibration: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_06[] = {
    {NULL, 6, NULL, NULL, NULL},
};
