/* `plimsoll version`: what a bug report should name. */
#include <curl/curl.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <sqlite3.h>

#include "base/utf8.h"
#include "cmd/cmd.h"

static int cmd_version(struct cmd *c)
{
    char pcre[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    if (c->json) {
        printf("{\"version\": \"%s\", \"sqlite\": \"%s\", \"curl\": \"%s\", \"pcre2\": \"%s\", "
               "\"unicode\": \"%s\"}\n",
               PLIMSOLL_VERSION, sqlite3_libversion(), curl_version_info(CURLVERSION_NOW)->version,
               pcre, utf8_unicode_version());
        return 0;
    }
    printf("plimsoll %s (SQLite %s, curl %s, PCRE2 %s, Unicode %s)\n", PLIMSOLL_VERSION,
           sqlite3_libversion(), curl_version_info(CURLVERSION_NOW)->version, pcre,
           utf8_unicode_version());
    return 0;
}

extern const struct cmd_def def_version;
const struct cmd_def def_version = {
    .name = "version",
    .synopsis = "",
    .summary = "the version of plimsoll and of the libraries its results depend on",
    .examples = "plimsoll --version\nplimsoll version --json",
    .max_args = 0,
    .run = cmd_version,
};
