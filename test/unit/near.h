#pragma once

/* cmocka's float asserts work in single precision; these say both numbers in double. */
#include <math.h>
#include <stdio.h>

#define assert_near(got, want, tolerance)                                                          \
    do {                                                                                           \
        double near_got_ = (got), near_want_ = (want);                                             \
        if (!(fabs(near_got_ - near_want_) <= (tolerance)))                                        \
            print_error("%s: got %.17g, expected %.17g\n", #got, near_got_, near_want_);           \
        assert_true(fabs(near_got_ - near_want_) <= (tolerance));                                  \
    } while (0)
