#pragma once

#include "prompt/template.h"

/* The tree of a template, shared by the parser and the renderer. Lives in the template's arena. */
enum tnode_kind { TNODE_TEXT, TNODE_VARIABLE, TNODE_SECTION, TNODE_INVERTED, TNODE_PARTIAL };

struct tnode {
    enum tnode_kind kind;
    struct tnode *next, *child;  /* child: a section's content */
    struct str text;             /* TNODE_TEXT */
    struct str name;             /* dotted, or "." */
    bool raw;                    /* {{{x}}} and {{&x}} */
    bool json;                   /* {{json x}} */
    long long truncate;          /* characters; -1: all */
    struct template *partial;
    int line, col;
};

struct template {
    const char *path;
    struct tnode *first;
    bool escape_html;
    bool visiting;               /* guards walks against partials that include themselves */
    struct template_variable *variables;
    size_t n_variables;
};

/* Parses the text and the partials it names, without collecting the variables. */
MUST_CHECK bool template_parse_tree(struct arena *a, struct str text,
                                    const struct template_options *o, struct template **ret,
                                    struct err *e);
