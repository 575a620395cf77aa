/* Versions of the libraries that results depend on; see evidence.h. */
#include "run/evidence.h"

#include <curl/curl.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>
#include <utf8proc.h>
#include <yyjson.h>

#include "db/db.h"

struct str evidence_libraries(struct arena *a)
{
    char pcre[64] = "";
    uint32_t v = yyjson_version();
    pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    struct str number = str_sub(str_c(pcre), 0, strcspn(pcre, " "));
    return arena_strf(a, "SQLite %s, PCRE2 %.*s, utf8proc %s, yyjson %u.%u.%u, libcurl %s",
                      db_sqlite.version(), STR_ARG(number), utf8proc_version(), v >> 16,
                      (v >> 8) & 255, v & 255, curl_version_info(CURLVERSION_NOW)->version);
}
