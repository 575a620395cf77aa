/* Section 08, Trends and alarms: reads inputs, calls the function, writes its fields. */
#include "stats/registry.h"

const struct stat_row stats_08[] = {
    {NULL, 8, NULL, NULL, NULL},
};
