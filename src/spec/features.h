#pragma once

#include "spec/project.h"
#include "spec/tree.h"

/* `features:` of the project file -> p->features; problems go to the tree's list. For use inside
 * spec/. p->models must be there. */
void features_read(struct tree *t, const struct node *features, struct project *p);
