#pragma once

#include "spec/project.h"
#include "spec/tree.h"

/* Reading of models:, for use inside spec/. Problems go to the tree's list. */

/* `models:` of the project file -> p->models. */
void models_read(struct tree *t, const struct node *models, struct project *p);

/* What a `model:` says -> a model, or NULL with a noted problem. */
const struct model_spec *models_resolve(struct tree *t, const struct project *p,
                                        const struct node *n);
