#pragma once

#include "decide/cascade.h"
#include "decide/models.h"
#include "text/jsonw.h"

/* {"variants": […], "front": [NAME], "p_front": {NAME: p}, …}; `cascade` may be NULL. */
void models_write_json(struct jw *w, const struct models_answer *r,
                       const struct cascade_answer *cascade, const struct models_options *o);
